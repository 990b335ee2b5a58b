/**
 * `vuicc ota explain`: what a card does with a packet, step by step, and why it refuses it.
 *
 * @see ETSI TS 102 225 §5.1; docs/architecture.md, "Every step can be explained"
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import type { AppletKinds } from '../card/ota/applet.ts';
import { OWN_KINDS } from '../card/ota/applet-run.ts';
import { type Explanation, explainMessages } from '../card/ota/explanation.ts';
import { describeFinding } from '../card/ota/finding.ts';
import { RESPONSE_STATUS } from '../ota/response-packet.ts';
import type { CardProfile } from '../profile/profile.ts';
import { readCard } from './kept-card.ts';
import { messagesOf } from './ota-input.ts';
import { doesNotHold, json, line, readProfile } from './output.ts';

interface ExplainOptions {
  readonly card?: string;
  readonly state?: string;
  readonly json?: true;
}

const HELP = `
A packet may come as it is, in user data, in an SMS-DELIVER or in an ENVELOPE; the parts of one
message in the order of their delivery. Keys and stored counters are those of the card profile, or
of the state file of a card that is kept in one; a staged change stays staged. Of several packets
the verdict is that of the last. Exit code 0: the card accepts it; 1: it does not.

For a packet whose sender has swapped the two keys the last line is

  keys-swapped: The KID key was used for the cipher and the KIc key was used for the CC: cipher
  with the KIc key and compute the CC with the KID key.

Example:
  $ vuicc ota explain \\
      00281516191212b00000e0bc45cdcff4c4ff63eb4843fe9881f8dae7112cd141a9773fe353955e97dc09
`;

/** Who forgets the profile is told of keys that he does not know. */
const BUILT_IN = '; the keys are those of the built-in profile, --card names another';

/** Kinds that this program has no logic for are taken as there: they belong to somebody else. */
function unknownKinds({ applets }: CardProfile): AppletKinds {
  const foreign = applets.map(({ kind }) => kind).filter((kind) => !OWN_KINDS.includes(kind));
  return Object.fromEntries(foreign.map((kind) => [kind, () => new Uint8Array(0)]));
}

function statusHex({ status }: Explanation): string | null {
  return status === undefined ? null : toHex(Uint8Array.of(RESPONSE_STATUS[status]));
}

function documentOf(explanation: Explanation): object {
  const { verdict, steps, mistake } = explanation;
  return {
    verdict,
    status: statusHex(explanation),
    steps: steps.map(({ step, octets, expected, found, clause, ok }) => {
      return { step, octets, expected, found, clause, ok };
    }),
    mistake: mistake === undefined ? null : { name: mistake.name, remedy: mistake.remedy },
  };
}

function show(explanation: Explanation, hint: string): void {
  const { verdict, status, steps, mistake } = explanation;
  const code = statusHex(explanation);
  line(code === null ? verdict : `${verdict}, status ${code} ${status}`);
  for (const finding of steps) line(`  ${describeFinding(finding)}`);
  if (mistake !== undefined) line(`${mistake.name}: ${mistake.remedy}`);
  else if (steps.at(-1)?.step === 'concatenation')
    line('the message is not whole: parts are missing');
  else if (verdict !== 'accepted') line(`no likely mistake explains it${hint}`);
}

function run(texts: readonly string[], options: ExplainOptions): void {
  const profile = readProfile(options.card);
  const card = readCard(profile, options.state);
  const explanation = explainMessages(card, messagesOf(texts), unknownKinds(profile));
  if (explanation.verdict !== 'accepted') doesNotHold();
  if (options.json === true) json(documentOf(explanation));
  else show(explanation, options.card === undefined ? BUILT_IN : '');
}

/** Adds the subcommand. */
export function addOtaExplain(ota: Command): void {
  ota
    .command('explain')
    .description('say step by step why a card refuses a packet')
    .argument('<hex...>', 'packet, user data, SMS-DELIVER or ENVELOPE')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out')
    .option('--state <file>', 'the card as this state file has it; it stays as it is')
    .option('--json', 'one JSON document: { verdict, status, steps, mistake }')
    .addHelpText('after', HELP)
    .action(run);
}
