/**
 * osmo-auc-gen, the authentication centre of libosmocore on the command line.
 *
 * Of SQN it uses the lowest 5 bits as IND. After an AUTS that it accepts, it makes the next vector
 * from SQN_MS and the IND that is wanted.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { spawnSync } from 'node:child_process';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';

const PROGRAM = 'osmo-auc-gen';
const PACKAGE = 'libosmocore-utils';

/** What belongs to a subscriber and a challenge: 16, 16, 16 and 2 octets. */
export interface Subscriber {
  readonly k: Uint8Array;
  readonly opc: Uint8Array;
  readonly rand: Uint8Array;
  readonly amf: Uint8Array;
}

/** What osmo-auc-gen prints. */
export interface AucVector {
  readonly rand: Uint8Array;
  readonly autn: Uint8Array;
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
  readonly res: Uint8Array;
  readonly sres: Uint8Array;
  readonly kc: Uint8Array;
  /** 48 bits. */
  readonly sqn: number;
}

function run(options: readonly string[]): { readonly accepted: boolean; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync(
    PROGRAM,
    ['--3g', '--algorithm', 'MILENAGE', ...options],
    { encoding: 'utf8' },
  );
  if (error !== undefined) {
    throw new Error(`${PROGRAM} cannot be run: install the Debian package ${PACKAGE}`);
  }
  if (status !== 0 && !stderr.includes('AUTS from MS seems incorrect')) {
    throw new Error(`${PROGRAM} ends with ${status}: ${stderr}`);
  }
  return { accepted: status === 0, output: stdout };
}

function optionsOf({ k, opc, rand, amf }: Subscriber): string[] {
  return ['--key', toHex(k), '--opc', toHex(opc), '--rand', toHex(rand), '--amf', toHex(amf)];
}

/** Reads lines such as `SRES:` and a value behind a tabulator. */
function fieldsOf(output: string): (name: string) => string {
  const fields = new Map(
    output.split('\n').map((line): [string, string] => {
      const [name = '', value = ''] = line.split(':\t');
      return [name, value];
    }),
  );
  return (name) => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`${PROGRAM} prints no ${name}: ${output}`);
    return value;
  };
}

function vectorOf(field: (name: string) => string): AucVector {
  return {
    rand: fromHex(field('RAND')),
    autn: fromHex(field('AUTN')),
    ck: fromHex(field('CK')),
    ik: fromHex(field('IK')),
    res: fromHex(field('RES')),
    sres: fromHex(field('SRES')),
    kc: fromHex(field('Kc')),
    sqn: Number(field('SQN')),
  };
}

/**
 * Makes a vector.
 *
 * @param of SQN is a number of 48 bits
 * @throws {Error} the program is missing or fails; the message says which package has it
 */
export function generate(of: Subscriber & { readonly sqn: number }): AucVector {
  const { output } = run([...optionsOf(of), '--sqn', String(of.sqn)]);
  return vectorOf(fieldsOf(output));
}

/**
 * Resynchronises, and makes the next vector for the same RAND.
 *
 * @param of AUTS of 14 octets; IND of the next vector, 0 to 31, 0 when it is not given
 * @returns SQN_MS, a number of 48 bits, and the vector; `undefined` when AUTS is refused
 * @throws {Error} the program is missing or fails; the message says which package has it
 */
export function resynchronise(
  of: Subscriber & { readonly auts: Uint8Array; readonly ind?: number },
): { readonly sqnMs: number; readonly next: AucVector } | undefined {
  const { auts, ind = 0 } = of;
  const { accepted, output } = run([
    ...optionsOf(of),
    ...['--auts', toHex(auts), '--ind', String(ind)],
  ]);
  if (!accepted) return undefined;
  const field = fieldsOf(output);
  return { sqnMs: Number(field('SQN.MS')), next: vectorOf(field) };
}
