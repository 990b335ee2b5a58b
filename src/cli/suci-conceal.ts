/**
 * `vuicc suci conceal`: the SUCI of an IMSI or of a NAI.
 *
 * @see 3GPP TS 33.501 (concealed identities); 3GPP TS 31.102 §7.5
 * @module
 */

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { imsi } from '../bytes/identity.ts';
import {
  type Concealment,
  encodeSuci,
  isSuciProfile,
  NULL_SCHEME,
  type SuciProfile,
  splitSchemeOutput,
} from '../bytes/suci.ts';
import { printable } from '../bytes/text.ts';
import { concealSupi, isSuciPrivateKey, SUCI_PRIVATE_KEY_OCTETS } from '../crypto/suci.ts';
import { type ConcealableSupi, supiOfImsi, supiOfNai } from '../ef/suci-calculation.ts';
import { seededRandomness } from '../scenario/randomness.ts';
import { hexOption, json, line, numberOption, UsageError } from './output.ts';

interface ConcealOptions {
  readonly imsi?: string;
  readonly mncLength: string;
  readonly nai?: string;
  readonly routing: string;
  readonly scheme: string;
  readonly key?: string;
  readonly keyId?: string;
  readonly ephemeral?: string;
  readonly seed?: string;
  readonly json?: true;
}

const HELP = `
The null scheme needs no key. Without --ephemeral and --seed the ephemeral key is a new one each
time, as it has to be on the air; with them, the SUCI repeats.

Examples (TS 33.501, annex C.4; the null scheme):
  $ vuicc suci conceal --imsi 274012001002086 --mnc-length 3 --routing 678 --scheme a \\
      --key 5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650 --key-id 27 \\
      --ephemeral c80949f13ebe61af4ebdbd293ea4f942696b9e815d7e8f0096bbf6ed7de62256
  $ vuicc suci conceal --imsi 001010123456789 --scheme null
`;

const SCHEMES: ReadonlyMap<string, typeof NULL_SCHEME | SuciProfile> = new Map([
  ['null', NULL_SCHEME],
  ['a', 1],
  ['b', 2],
]);

/** Who is to be concealed: what stays in clear, and the rest. */
function named({ imsi: digits, nai, mncLength }: ConcealOptions): ConcealableSupi {
  if ((digits === undefined) === (nai === undefined)) {
    throw new UsageError('--imsi, --nai: expected exactly one of them');
  }
  if (nai !== undefined) {
    const supi = supiOfNai(nai);
    if (supi === undefined) throw new UsageError(`--nai: expected user@realm, found "${nai}"`);
    return supi;
  }
  if (!/^[0-9]{6,15}$/.test(digits ?? '')) {
    throw new UsageError(`--imsi: expected 6 to 15 digits, found "${digits}"`);
  }
  const length = numberOption('--mnc-length', mncLength, { least: 2, most: 3, digits: 1 });
  const supi = supiOfImsi(imsi(digits ?? ''), length === 3 ? 3 : 2);
  if (supi === undefined)
    throw new UsageError('--imsi: expected digits behind the MNC, found none');
  return supi;
}

function ephemeralKeyOf({ ephemeral, seed }: ConcealOptions, scheme: SuciProfile): Uint8Array {
  if (ephemeral !== undefined) {
    if (seed !== undefined) throw new UsageError('--ephemeral, --seed: expected one of them');
    const key = hexOption('--ephemeral', ephemeral, [SUCI_PRIVATE_KEY_OCTETS]);
    if (isSuciPrivateKey(scheme, key)) return key;
    throw new UsageError('--ephemeral: expected a private key of the profile');
  }
  const random =
    seed === undefined
      ? (octets: number) => Uint8Array.from(randomBytes(octets))
      : seededRandomness(seed);
  let key = random(SUCI_PRIVATE_KEY_OCTETS);
  while (!isSuciPrivateKey(scheme, key)) key = random(SUCI_PRIVATE_KEY_OCTETS);
  return key;
}

/** The scheme output, and what it was made with. */
function concealed(
  options: ConcealOptions,
  plain: Uint8Array,
): Omit<Concealment, 'routingIndicator'> {
  const { key, keyId, ephemeral, seed } = options;
  const scheme = SCHEMES.get(options.scheme);
  if (scheme === undefined) {
    throw new UsageError(`--scheme: expected null, a or b, found "${options.scheme}"`);
  }
  if (scheme === NULL_SCHEME) {
    if ((key ?? keyId ?? ephemeral ?? seed) !== undefined) {
      throw new UsageError('--key, --key-id, --ephemeral, --seed: expected a scheme with a key');
    }
    return { scheme, keyIdentifier: 0, schemeOutput: plain };
  }
  if (key === undefined) throw new UsageError('--key: expected the key of the home network');
  const keyIdentifier = numberOption('--key-id', keyId ?? '0', { least: 0, most: 255, digits: 3 });
  const homeNetworkKey = hexOption('--key', key, scheme === 1 ? [32] : [33, 65]);
  const ephemeralKey = ephemeralKeyOf(options, scheme);
  const result = concealSupi(plain, { scheme, homeNetworkKey, ephemeralKey });
  if (!result.ok) {
    throw new UsageError(`--key: expected a public key of profile ${options.scheme.toUpperCase()}`);
  }
  return { scheme, keyIdentifier, schemeOutput: result.schemeOutput };
}

function run(options: ConcealOptions): void {
  const { routing: routingIndicator } = options;
  if (!/^[0-9]{1,4}$/.test(routingIndicator)) {
    throw new UsageError(`--routing: expected 1 to 4 digits, found "${routingIndicator}"`);
  }
  const { plain, ...who } = named(options);
  const by = { ...concealed(options, plain), routingIndicator };
  const { scheme, keyIdentifier, schemeOutput } = by;
  const suci = encodeSuci({ ...who, ...by });
  const parts = isSuciProfile(scheme) ? splitSchemeOutput(scheme, schemeOutput) : undefined;
  const hex = (octets: Uint8Array | undefined): string | null =>
    octets === undefined ? null : toHex(octets);
  const document = {
    suci: toHex(suci),
    nai: who.kind === 'nai' ? new TextDecoder().decode(suci.subarray(1)) : null,
    scheme,
    keyIdentifier,
    plain: toHex(plain),
    ephemeralPublicKey: hex(parts?.ephemeralPublicKey),
    cipherText: hex(parts?.ciphertext),
    macTag: hex(parts?.tag),
    schemeOutput: toHex(schemeOutput),
  };
  if (options.json === true) {
    json(document);
    return;
  }
  for (const [name, value] of Object.entries(document)) {
    line(printable(`${name.padEnd(18)} ${value}`));
  }
}

/** Adds the subcommand. */
export function addSuciConceal(suci: Command): void {
  suci
    .command('conceal')
    .description('conceal an IMSI or a NAI as a USIM does')
    .option('--imsi <digits>', 'IMSI')
    .option('--mnc-length <digits>', 'digits of its MNC, 2 or 3', '2')
    .option('--nai <user@realm>', 'network specific identifier, in place of an IMSI')
    .option('--routing <digits>', 'routing indicator, 1 to 4 digits', '0')
    .requiredOption('--scheme <name>', 'null, a (X25519) or b (P-256)')
    .option('--key <hex>', 'public key of the home network: 32 octets; for b 33 or 65')
    .option('--key-id <number>', 'its identifier, 0 to 255 (default: 0)')
    .option('--ephemeral <hex>', 'ephemeral private key, 64 digits: for tests alone')
    .option('--seed <text>', 'what the ephemeral key repeats from: for tests alone')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
