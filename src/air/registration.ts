/**
 * What ME and network say to each other when an ME registers in 5G.
 *
 *     ME                            network
 *     registration-request SUCI ->
 *                               <-  authentication-request RAND AUTN
 *     authentication-response   ->                                  RES*; or a failure, with AUTS
 *                               <-  registration-accept, registration-reject, or another request
 *
 * The meaning of the messages, without their coding on a radio interface. The SUCI of the request
 * names the ME until it goes; one that is concealed is another in each registration.
 *
 * @see 3GPP TS 33.501 (5G AKA); docs/architecture.md, "Registration in 5G"
 * @module
 */

import type { Plmn } from '../bytes/identity.ts';
import type { RejectCause } from './attach.ts';

/** From the ME to the network. `suci` as GET IDENTITY gives it, without tag and length. */
export type RegistrationUplink =
  | { readonly kind: 'registration-request'; readonly suci: Uint8Array }
  | {
      readonly kind: 'authentication-response';
      readonly suci: Uint8Array;
      /** 16 octets. */
      readonly resStar: Uint8Array;
    }
  | {
      readonly kind: 'synchronisation-failure';
      readonly suci: Uint8Array;
      /** 14 octets. */
      readonly auts: Uint8Array;
    }
  | { readonly kind: 'mac-failure'; readonly suci: Uint8Array }
  /** AUTN is not for 5G: its separation bit is 0. */
  | { readonly kind: 'non-5g-authentication'; readonly suci: Uint8Array }
  | { readonly kind: 'deregistration'; readonly suci: Uint8Array };

/** Why a registration is refused, beside what an attach is refused for. */
export type RegistrationRejectCause = RejectCause | 'serving-network-not-authorised';

/** From the network to the ME. */
export type RegistrationDownlink =
  | {
      readonly kind: 'authentication-request';
      /** 16 octets. */
      readonly rand: Uint8Array;
      /** 16 octets. */
      readonly autn: Uint8Array;
    }
  | {
      readonly kind: 'registration-accept';
      readonly plmn: Plmn;
      /** Tracking area code, 24 bits. */
      readonly tac: number;
    }
  | { readonly kind: 'registration-reject'; readonly cause: RegistrationRejectCause }
  | { readonly kind: 'released' };

/** A 5G network as the ME meets it over the air: it answers each message. */
export interface FiveGNetwork {
  register(message: RegistrationUplink): RegistrationDownlink;
}
