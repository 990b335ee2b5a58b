import type { DownlinkMessage, RadioNetwork, UplinkMessage } from '../../src/air/attach.ts';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { type Imsi, imsi, type Plmn, plmn } from '../../src/bytes/identity.ts';
import { filled } from '../../src/bytes/octets.ts';
import { type Procedure, runProcedure, type Surroundings } from '../../src/me/procedure.ts';
import { SMALL_CARD_IMSI } from './scripted-card.ts';

/** A network that gives these answers, one after the other, and remembers what it was told. */
export interface ScriptedNetwork extends RadioNetwork {
  readonly heard: UplinkMessage[];
}

/** Makes such a network; behind the last answer it says `released`. */
export function scriptedNetwork(...answers: readonly DownlinkMessage[]): ScriptedNetwork {
  const heard: UplinkMessage[] = [];
  const left = [...answers];
  return {
    heard,
    uplink(message) {
      heard.push(message);
      return left.shift() ?? { kind: 'released' };
    },
  };
}

/** Runs a procedure in a world where only the card matters, unless more is given. */
export function run<T>(
  procedure: Procedure<T>,
  card: SynchronousCard,
  surroundings: Partial<Surroundings> = {},
): T {
  return runProcedure(procedure, { card, network: scriptedNetwork(), ...surroundings });
}

export const IMSI: Imsi = imsi(SMALL_CARD_IMSI);
export const HOME: Plmn = plmn('001-01');
export const VISITED: Plmn = plmn('262-01');

/** RAND and AUTN that a card with a script does not look into; the separation bit of AMF is set. */
export const CHALLENGE: DownlinkMessage = {
  kind: 'authentication-request',
  rand: filled(16, 0x11),
  autn: filled(16, 0xa2),
};

/** The network accepts, in location area '1234'. */
export const ACCEPT: DownlinkMessage = {
  kind: 'attach-accept',
  plmn: HOME,
  lac: 0x1234,
  tmsi: Uint8Array.of(0xc0, 0xff, 0xee, 0x01),
};
