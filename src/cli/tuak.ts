/**
 * `vuicc tuak`: the outputs of the algorithm set for one RAND, SQN and AMF.
 *
 * @see 3GPP TS 35.231; 3GPP TS 33.102 §6.3.2 (AUTN)
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { concat } from '../bytes/octets.ts';
import {
  deriveTopc,
  expandTuakKey,
  TUAK_LENGTHS,
  TUAK_PARAMETERS,
  type TuakParameters,
  tuak,
} from '../crypto/tuak.ts';
import { hexOption, json, line, numberOption, UsageError } from './output.ts';

interface TuakOptions {
  readonly k: string;
  readonly rand: string;
  readonly sqn: string;
  readonly amf: string;
  readonly topc?: string;
  readonly top?: string;
  readonly macLength: string;
  readonly resLength: string;
  readonly ckLength: string;
  readonly ikLength: string;
  readonly iterations: string;
  readonly json?: true;
}

const ITERATIONS_MAX = 255;
const DIGITS = 3;
/** AUTN has room for a MAC of these octets. */
const MAC_OF_AUTN = 8;
const OUTPUTS = ['topc', 'macA', 'macS', 'res', 'ck', 'ik', 'ak', 'akStar', 'autn'] as const;

const HELP = `
Lengths are in octets. AUTN has room for a MAC of 8 alone: with another there is none, "autn" is
null in JSON.

Example (TS 35.233, test set 1):
  $ vuicc tuak --k abababababababababababababababab \\
      --top 5555555555555555555555555555555555555555555555555555555555555555 \\
      --rand 42424242424242424242424242424242 --sqn 111111111111 --amf ffff --res-length 4
`;

function lengthOption(name: string, text: string, lengths: readonly number[]): number {
  const length = /^[0-9]{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (lengths.includes(length)) return length;
  const wanted = `${lengths.slice(0, -1).join(', ')} or ${lengths.at(-1)}`;
  throw new UsageError(`${name}: expected ${wanted}, found "${text}"`);
}

function parametersOf(options: TuakOptions): TuakParameters {
  const { macLength, resLength, ckLength, ikLength } = TUAK_LENGTHS;
  const bounds = { most: ITERATIONS_MAX, digits: DIGITS };
  return {
    macLength: lengthOption('--mac-length', options.macLength, macLength),
    resLength: lengthOption('--res-length', options.resLength, resLength),
    ckLength: lengthOption('--ck-length', options.ckLength, ckLength),
    ikLength: lengthOption('--ik-length', options.ikLength, ikLength),
    iterations: numberOption('--iterations', options.iterations, bounds),
    // Each is one of its list.
  } as TuakParameters;
}

function topcOf(options: TuakOptions, k: Uint8Array, iterations: number): Uint8Array {
  if ((options.topc === undefined) === (options.top === undefined)) {
    throw new UsageError('--topc, --top: expected exactly one of them');
  }
  return options.topc === undefined
    ? deriveTopc(k, hexOption('--top', options.top ?? '', [32]), iterations)
    : hexOption('--topc', options.topc, [32]);
}

function run(options: TuakOptions): void {
  const k = hexOption('--k', options.k, [16, 32]);
  const rand = hexOption('--rand', options.rand, [16]);
  const sqn = hexOption('--sqn', options.sqn, [6]);
  const amf = hexOption('--amf', options.amf, [2]);
  const parameters = parametersOf(options);
  const topc = topcOf(options, k, parameters.iterations);
  const out = tuak(expandTuakKey(k, topc, parameters), { rand, sqn, amf });
  const concealed = sqn.map((octet, at) => octet ^ out.ak[at]!);
  const hasAutn = out.macA.length === MAC_OF_AUTN;
  const autn = hasAutn ? concat(concealed, amf, out.macA) : undefined;
  const fields: Readonly<Record<(typeof OUTPUTS)[number], Uint8Array | undefined>> = {
    topc,
    ...out,
    autn,
  };
  const document = OUTPUTS.map((name): [string, string | null] => {
    const octets = fields[name];
    return [name, octets === undefined ? null : toHex(octets)];
  });
  if (options.json === true) json(Object.fromEntries(document));
  else for (const [name, value] of document) line(`${name.padEnd(6)} ${value ?? 'none'}`);
}

/** Adds the subcommand. */
export function addTuak(program: Command): void {
  const { macLength, resLength, ckLength, ikLength, iterations } = TUAK_PARAMETERS;
  program
    .command('tuak')
    .description('compute f1 to f5*, TOPc and AUTN')
    .requiredOption('--k <hex>', 'K, 32 or 64 digits')
    .requiredOption('--rand <hex>', 'RAND, 32 digits')
    .requiredOption('--sqn <hex>', 'SQN, 12 digits')
    .requiredOption('--amf <hex>', 'AMF, 4 digits')
    .option('--topc <hex>', 'TOPc, 64 digits')
    .option('--top <hex>', 'TOP, 64 digits, in place of TOPc')
    .option('--mac-length <octets>', 'MAC-A and MAC-S: 8, 16 or 32', `${macLength}`)
    .option('--res-length <octets>', 'RES: 4, 8, 16 or 32', `${resLength}`)
    .option('--ck-length <octets>', 'CK: 16 or 32', `${ckLength}`)
    .option('--ik-length <octets>', 'IK: 16 or 32', `${ikLength}`)
    .option('--iterations <number>', 'how often Keccak permutes, 1 to 255', `${iterations}`)
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
