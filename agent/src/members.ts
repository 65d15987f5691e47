// Who a tenant's agent is made of: the definition's members or, where a swarm is
// asked for and the definition has but one, the specialists that it becomes.

import type { Definition, Member } from "./definition.ts";
import type { Overrides } from "./overrides.ts";

/** A member, and what the others know of it. */
export interface Specialist extends Member {
  readonly description: string;
}

const handingOver = `
Working together
- You work with other specialists. Answer yourself where it is your task; hand over only to one whose task it is, and at most once.
- Your final message goes to the user as it stands, with its markers.`;

const scheduling: Specialist = {
  name: "scheduling",
  description: "Appointments, call-backs and maintenance windows.",
  instruction: `You are the scheduling specialist of a support team. You have no calendar yet: say that you can't arrange anything yourself, name nothing as arranged, and offer to open a ticket or to hand over to a person.${handingOver}`,
  tools: [],
};

const messaging: Specialist = {
  name: "messaging",
  description: "Messages, e-mails and notifications to people.",
  instruction: `You are the messaging specialist of a support team. You can send nothing yet: say so, name nothing as sent, and offer to open a ticket or to hand over to a person.${handingOver}`,
  tools: [],
};

/** The members that a tenant's agent has; the first one talks to the user. */
export function membersOf(definition: Definition, { agentType }: Overrides): readonly [Specialist, ...Specialist[]] {
  const [first, ...others] = definition.members;
  if (agentType === "single") {
    return [{ ...first, description: "" }];
  }
  if (others.length > 0) {
    const described = (member: Member): Specialist => ({ ...member, instruction: member.instruction + handingOver, description: member.instruction.slice(0, 200) });
    return [described(first), ...others.map(described)];
  }
  const knowledge = { ...first, name: "knowledge", description: "Questions about the product, its documents and tickets; tickets, logs and hand-over to a person.", instruction: first.instruction + handingOver };
  return [knowledge, scheduling, messaging];
}
