/**
 * From the ME to its home: any network asks the operator whose PLMN the IMSI begins with.
 *
 *     ME -> visited network -> MCC, MNC of the IMSI -> home operator
 *     ME -> home network of the SUCI                                    5G
 *
 * @see 3GPP TS 23.003 §2.2; 3GPP TS 24.301 §5.5.1
 * @module
 */

import type { DownlinkMessage, RadioNetwork, UplinkMessage } from '../air/attach.ts';
import type {
  FiveGNetwork,
  RegistrationDownlink,
  RegistrationUplink,
} from '../air/registration.ts';
import { understood } from '../bytes/errors.ts';
import { homePlmn, type Imsi, type Plmn } from '../bytes/identity.ts';
import { decodeSuci, homeOf } from '../bytes/suci.ts';

/** An operator as other networks know it. */
export interface HomeOperator extends RadioNetwork {
  readonly plmn: Plmn;
}

/** Where an ME is. */
export interface Location {
  readonly plmn: Plmn;
  /** Location area or tracking area code, 16 bits. */
  readonly lac: number;
}

const PLMN_SHORT = '001-01'.length;

function isHome(imsi: Imsi, { plmn }: HomeOperator): boolean {
  return homePlmn(imsi, plmn.length === PLMN_SHORT ? 2 : 3) === plmn;
}

/**
 * Makes the network in which each IMSI reaches its home operator.
 *
 * Where MNCs of two and of three digits share a beginning, the longer one counts.
 *
 * @param operators asked in no order
 * @see 3GPP TS 23.003 §2.2
 */
export function routeByImsi(operators: readonly HomeOperator[]): RadioNetwork {
  const longestFirst = [...operators].sort((a, b) => b.plmn.length - a.plmn.length);
  return {
    uplink(message: UplinkMessage): DownlinkMessage {
      const home = longestFirst.find((operator) => isHome(message.imsi, operator));
      return home?.uplink(message) ?? { kind: 'attach-reject', cause: 'imsi-unknown' };
    },
  };
}

/**
 * Makes the network in which an ME registers with its home operator, as its SUCI names it.
 *
 * @param networks by PLMN, or realm
 * @see 3GPP TS 33.501 (concealed identities)
 */
export function routeBySuci(networks: ReadonlyMap<string, FiveGNetwork>): FiveGNetwork {
  return {
    register(message: RegistrationUplink): RegistrationDownlink {
      const suci = understood(() => decodeSuci(message.suci));
      const home = suci === undefined ? undefined : networks.get(homeOf(suci));
      return home?.register(message) ?? { kind: 'registration-reject', cause: 'imsi-unknown' };
    },
  };
}

/**
 * Makes a visited network: home operators authenticate, for this network; the location is its own.
 *
 * @see 3GPP TS 24.301 §5.5.1
 */
export function visitedNetwork(at: Location, homes: RadioNetwork): RadioNetwork {
  return {
    uplink(message: UplinkMessage): DownlinkMessage {
      const isRequest = message.kind === 'attach-request';
      const answer = homes.uplink(isRequest ? { ...message, servingNetwork: at.plmn } : message);
      return answer.kind === 'attach-accept' ? { ...answer, plmn: at.plmn, lac: at.lac } : answer;
    },
  };
}
