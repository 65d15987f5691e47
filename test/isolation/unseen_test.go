package isolation

var unseens = []unseen{}
