/**
 * Subscribers of Open5GS: documents of the collection `subscribers`, one a line, for mongoimport.
 *
 *     security { k, opc, op: null, amf, sqn }      SQN is that of the next vector; the step is 32
 *
 * Open5GS looks at the type of a number, so each is written as Extended JSON says it: 32 bits, but
 * SQN, which has 64.
 *
 * @see docs/export.md, "Open5GS"
 * @module
 */

import { AMF, type ExportedServices, type FormatWriter, linesText } from './services.ts';
import type { ExportedSubscription } from './subscription.ts';

const int = (value: number): object => ({ $numberInt: String(value) });
const long = (value: number): object => ({ $numberLong: String(value) });

/** Unit of a bit rate: 3 is Gbit/s. */
const ONE_GIGABIT = { value: int(1), unit: int(3) };
const RATES = { downlink: ONE_GIGABIT, uplink: ONE_GIGABIT };
/** IPv4 and IPv6. */
const DUAL_STACK = 3;
const DEFAULT_QOS = {
  index: int(9),
  arp: {
    priority_level: int(8),
    pre_emption_capability: int(1),
    pre_emption_vulnerability: int(1),
  },
};

function documentOf(subscription: ExportedSubscription, services: ExportedServices): object {
  const { imsi, msisdn, k, opc, sqn } = subscription;
  const { apn, slice } = services;
  return {
    schema_version: int(1),
    imsi,
    msisdn: msisdn === undefined ? [] : [msisdn],
    security: { k, op: null, opc, amf: AMF, sqn: long(sqn) },
    ambr: RATES,
    slice: [
      {
        sst: int(slice.sst),
        ...(slice.sd === undefined ? {} : { sd: slice.sd }),
        default_indicator: true,
        session: [
          { name: apn, type: int(DUAL_STACK), qos: DEFAULT_QOS, ambr: RATES, pcc_rule: [] },
        ],
      },
    ],
    access_restriction_data: int(32),
    subscriber_status: int(0),
    network_access_mode: int(0),
    subscribed_rau_tau_timer: int(12),
    __v: int(0),
  };
}

/** Writes the documents. */
export const writeOpen5gs: FormatWriter = (subscriptions, services) =>
  linesText(subscriptions.map((one) => JSON.stringify(documentOf(one, services))));
