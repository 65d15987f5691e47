package redact

// callingCodes are the country codes of ITU-T E.164, list of 2016 with its
// amendments: three digits or fewer, and none begins another.
var callingCodes = func() (table [1000]bool) {
	add := func(codes ...int) {
		for _, code := range codes {
			table[code] = true
		}
	}
	add(1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
		60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98)
	add(211, 212, 213, 216, 218, 290, 291, 297, 298, 299, 350, 351, 352, 353, 354, 355, 356, 357, 358, 359, 420, 421, 423,
		670, 800, 808, 850, 852, 853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888, 979, 992, 993, 994, 995, 996, 998)
	for _, r := range [][2]int{{220, 258}, {260, 269}, {370, 383}, {385, 389}, {500, 509}, {590, 599}, {672, 683}, {685, 692}, {960, 968}, {970, 977}} {
		for code := r[0]; code <= r[1]; code++ {
			add(code)
		}
	}
	return table
}()

// international checks a number with its country's code: 8 to 15 digits, and
// exactly 11 in the two plans that have one length.
func international(d []byte) bool {
	if len(d) < 8 || len(d) > maxE164 || d[0] == 0 {
		return false
	}
	code := 0
	for _, digit := range d[:3] {
		if code = 10*code + int(digit); callingCodes[code] {
			return (code != 1 || northAmerican(d[1:])) && (code != 7 || len(d) == 11)
		}
	}
	return false
}
