/**
 * `vuicc milenage`: the outputs of the algorithm set for one RAND, SQN and AMF.
 *
 * @see 3GPP TS 35.206 §4.1; 3GPP TS 33.102 §6.3.2 (AUTN)
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { concat } from '../bytes/octets.ts';
import { deriveOpc, expandMilenageKey, milenage } from '../crypto/milenage.ts';
import { hexOption, json, line, UsageError } from './output.ts';

interface MilenageOptions {
  readonly k: string;
  readonly rand: string;
  readonly sqn: string;
  readonly amf: string;
  readonly opc?: string;
  readonly op?: string;
  readonly json?: true;
}

const HELP = `
Example (TS 35.208, test set 1):
  $ vuicc milenage --k 465b5ce8b199b49faa5f0a2ee238a6bc --op cdc202d5123e20f62b6d676ac72cb318 \\
      --rand 23553cbe9637a89d218ae64dae47bf35 --sqn ff9bb4d0b607 --amf b9b9
`;

function opcOf(options: MilenageOptions, k: Uint8Array): Uint8Array {
  if ((options.opc === undefined) === (options.op === undefined)) {
    throw new UsageError('--opc, --op: expected exactly one of them');
  }
  return options.opc === undefined
    ? deriveOpc(k, hexOption('--op', options.op ?? '', [16]))
    : hexOption('--opc', options.opc, [16]);
}

function run(options: MilenageOptions): void {
  const k = hexOption('--k', options.k, [16]);
  const rand = hexOption('--rand', options.rand, [16]);
  const sqn = hexOption('--sqn', options.sqn, [6]);
  const amf = hexOption('--amf', options.amf, [2]);
  const opc = opcOf(options, k);
  const out = milenage(expandMilenageKey(k, opc), { rand, sqn, amf });
  const concealed = sqn.map((octet, at) => octet ^ out.ak[at]!);
  const fields = { opc, ...out, autn: concat(concealed, amf, out.macA) };
  const document = Object.fromEntries(
    ['opc', 'macA', 'macS', 'res', 'ck', 'ik', 'ak', 'akStar', 'autn'].map((name) => [
      name,
      toHex(fields[name as keyof typeof fields]),
    ]),
  );
  if (options.json === true) json(document);
  else for (const [name, value] of Object.entries(document)) line(`${name.padEnd(6)} ${value}`);
}

/** Adds the subcommand. */
export function addMilenage(program: Command): void {
  program
    .command('milenage')
    .description('compute f1 to f5*, OPc and AUTN')
    .requiredOption('--k <hex>', 'K, 32 digits')
    .requiredOption('--rand <hex>', 'RAND, 32 digits')
    .requiredOption('--sqn <hex>', 'SQN, 12 digits')
    .requiredOption('--amf <hex>', 'AMF, 4 digits')
    .option('--opc <hex>', 'OPc, 32 digits')
    .option('--op <hex>', 'OP, 32 digits, in place of OPc')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
