/**
 * What ME and network say to each other when an ME attaches.
 *
 *     ME                            network
 *     attach-request IMSI     ->
 *                             <-    authentication-request RAND AUTN
 *     authentication-response ->                                  RES; or a failure, with AUTS
 *                             <-    attach-accept, attach-reject, or another request after AUTS
 *
 * The meaning of the messages, without their coding on a radio interface.
 *
 * @see 3GPP TS 24.301 §5.5.1, §5.4.2; 3GPP TS 33.102 §6.3
 * @module
 */

import type { Imsi, Plmn } from '../bytes/identity.ts';

/** From the ME to the network. */
export type UplinkMessage =
  | {
      readonly kind: 'attach-request';
      readonly imsi: Imsi;
      /** From a visited network to the home of the ME: for whom its keys are. */
      readonly servingNetwork?: Plmn;
    }
  | { readonly kind: 'authentication-response'; readonly imsi: Imsi; readonly res: Uint8Array }
  | {
      readonly kind: 'synchronisation-failure';
      readonly imsi: Imsi;
      /** 14 octets. */
      readonly auts: Uint8Array;
    }
  | { readonly kind: 'mac-failure'; readonly imsi: Imsi }
  /** AUTN is not for EPS: its separation bit is 0. */
  | { readonly kind: 'non-eps-authentication'; readonly imsi: Imsi }
  | { readonly kind: 'detach'; readonly imsi: Imsi };

/** Why an attach is refused. `try-later` is the network's own trouble, the others are final. */
export type RejectCause = 'imsi-unknown' | 'authentication-failed' | 'try-later';

/** From the network to the ME. */
export type DownlinkMessage =
  | {
      readonly kind: 'authentication-request';
      /** 16 octets. */
      readonly rand: Uint8Array;
      /** 16 octets. */
      readonly autn: Uint8Array;
    }
  | {
      readonly kind: 'attach-accept';
      readonly plmn: Plmn;
      readonly lac: number;
      readonly tmsi: Uint8Array;
    }
  | { readonly kind: 'attach-reject'; readonly cause: RejectCause }
  | { readonly kind: 'released' };

/** A network as the ME meets it over the air: it answers each uplink message. */
export interface RadioNetwork {
  uplink(message: UplinkMessage): DownlinkMessage;
}
