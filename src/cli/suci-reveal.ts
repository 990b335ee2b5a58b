/**
 * `vuicc suci reveal`: whose a SUCI is, with the private key of the home network.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 * @module
 */

import type { Command } from 'commander';
import { DecodeError } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeSuci, homeOf, isSuciProfile, NULL_SCHEME, type Suci } from '../bytes/suci.ts';
import { printable } from '../bytes/text.ts';
import { isSuciPrivateKey, SUCI_PRIVATE_KEY_OCTETS } from '../crypto/suci.ts';
import { type HomeNetworkPrivateKey, revealSuci } from '../network/de-concealment.ts';
import { readBerTlv } from '../tlv/ber.ts';
import { doesNotHold, hexOption, hexText, json, line, UsageError } from './output.ts';

interface RevealOptions {
  readonly key?: string;
  readonly json?: true;
}

const HELP = `
A SUCI comes as its value, from 01 (IMSI) or 11 (NAI) on, or as the answer of GET IDENTITY, from A1
on, with or without SW. One that is altered, or of another key, is exit code 1; what could be read
is printed all the same. The null scheme needs no key.

Example (TS 33.501, annex C.4):
  $ vuicc suci reveal --key c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d \\
      0172241076f8011b b2e92f836055a255837debf850b528997ce0201cb82adfe4be1f587d07d8457d \\
      cb02352410 cddd9e730ef3fa87
`;

const SUCI_OBJECT = 0xa1;
const SW_OK = Uint8Array.of(0x90, 0x00);

/** The value of a SUCI, out of the answer of GET IDENTITY if it is one. */
function suciIn(octets: Uint8Array): Uint8Array {
  if (octets[0] !== SUCI_OBJECT) return octets;
  const reader = new ByteReader(octets, 'answer');
  const { value } = readBerTlv(reader);
  if (reader.remaining > 0) reader.expect(SW_OK, 'SW');
  reader.end();
  return value;
}

function read(text: string): { readonly octets: Uint8Array; readonly suci: Suci } {
  const all = hexText('SUCI', text);
  try {
    const octets = suciIn(all);
    return { octets, suci: decodeSuci(octets) };
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(error.message);
    throw error;
  }
}

/** The key of the option, as if it were the one that the SUCI names. */
function keysFor(suci: Suci, text: string | undefined): readonly HomeNetworkPrivateKey[] {
  const { scheme, keyIdentifier: identifier } = suci;
  const privateKey =
    text === undefined ? undefined : hexOption('--key', text, [SUCI_PRIVATE_KEY_OCTETS]);
  if (scheme === NULL_SCHEME) return [];
  if (!isSuciProfile(scheme)) {
    throw new UsageError(`SUCI/scheme: expected 0, 1 or 2, found ${scheme}`);
  }
  if (privateKey === undefined) {
    throw new UsageError('--key: expected the key of the home network');
  }
  if (!isSuciPrivateKey(scheme, privateKey)) {
    throw new UsageError('--key: expected a private key of the profile');
  }
  return [{ identifier, scheme, privateKey }];
}

function run(texts: readonly string[], options: RevealOptions): void {
  const { octets, suci } = read(texts.join(' '));
  const network = homeOf(suci);
  const keys = keysFor(suci, options.key);
  const result = revealSuci(octets, { networks: [network], keys });
  if (!result.ok) doesNotHold();
  const supi = result.ok ? result.supi : undefined;
  const document = {
    supi: supi === undefined ? null : supi.kind === 'imsi' ? supi.imsi : supi.nai,
    network,
    routingIndicator: suci.routingIndicator,
    scheme: suci.scheme,
    keyIdentifier: suci.keyIdentifier,
    failure: result.ok ? null : result.failure,
  };
  if (options.json === true) {
    json(document);
    return;
  }
  for (const [name, value] of Object.entries(document)) {
    line(printable(`${name.padEnd(16)} ${value}`));
  }
}

/** Adds the subcommand. */
export function addSuciReveal(suci: Command): void {
  suci
    .command('reveal')
    .description('reveal whose a SUCI is, as a home network does')
    .argument('<hex...>', 'SUCI, or the answer of GET IDENTITY')
    .option('--key <hex>', 'private key of the home network, 64 digits')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
