/**
 * Subscribers of free5GC: what its web console takes, one JSON document a line.
 *
 *     POST /api/subscriber/imsi-001010000000001/00101
 *
 * SQN is hex text. The operator's OP is left empty, as OPc is there.
 *
 * @see docs/export.md, "free5GC"
 * @module
 */

import { sqnText } from '../../bytes/sqn.ts';
import {
  AMF,
  type ExportedServices,
  type FormatWriter,
  homeNetworkOf,
  linesText,
  type Slice,
} from './services.ts';
import type { ExportedSubscription } from './subscription.ts';

const NOT_ENCRYPTED = { encryptionKey: 0, encryptionAlgorithm: 0 };
const RATES = { uplink: '1 Gbps', downlink: '1 Gbps' };

function authenticationOf(subscription: ExportedSubscription): object {
  const { k, opc } = subscription;
  return {
    authenticationMethod: '5G_AKA',
    permanentKey: { permanentKeyValue: k, ...NOT_ENCRYPTED },
    sequenceNumber: sqnText(subscription.sqn),
    authenticationManagementField: AMF,
    milenage: { op: { opValue: '', ...NOT_ENCRYPTED } },
    opc: { opcValue: opc, ...NOT_ENCRYPTED },
  };
}

function sessionOf(apn: string): object {
  return {
    [apn]: {
      pduSessionTypes: { defaultSessionType: 'IPV4', allowedSessionTypes: ['IPV4'] },
      sscModes: { defaultSscMode: 'SSC_MODE_1', allowedSscModes: ['SSC_MODE_1'] },
      '5gQosProfile': {
        '5qi': 9,
        arp: { priorityLevel: 8, preemptCap: '', preemptVuln: '' },
        priorityLevel: 8,
      },
      sessionAmbr: RATES,
    },
  };
}

/** A slice as the name of a member: SST as two digits, then SD. */
function sliceName({ sst, sd = '' }: Slice): string {
  return `${sst.toString(16).padStart(2, '0')}${sd}`;
}

function documentOf(subscription: ExportedSubscription, services: ExportedServices): object {
  const { imsi, msisdn } = subscription;
  const { apn, slice } = services;
  const { mcc, mnc } = homeNetworkOf(subscription);
  const snssai = { sst: slice.sst, ...(slice.sd === undefined ? {} : { sd: slice.sd }) };
  const name = sliceName(slice);
  return {
    plmnID: `${mcc}${mnc}`,
    ueId: `imsi-${imsi}`,
    AuthenticationSubscription: authenticationOf(subscription),
    AccessAndMobilitySubscriptionData: {
      gpsis: msisdn === undefined ? [] : [`msisdn-${msisdn}`],
      subscribedUeAmbr: RATES,
      nssai: { defaultSingleNssais: [snssai], singleNssais: [] },
    },
    SessionManagementSubscriptionData: [{ singleNssai: snssai, dnnConfigurations: sessionOf(apn) }],
    SmfSelectionSubscriptionData: {
      subscribedSnssaiInfos: { [name]: { dnnInfos: [{ dnn: apn }] } },
    },
    AmPolicyData: { subscCats: ['free5gc'] },
    SmPolicyData: {
      smPolicySnssaiData: { [name]: { snssai, smPolicyDnnData: { [apn]: { dnn: apn } } } },
    },
    FlowRules: [],
    QosFlows: [],
    ChargingDatas: [],
  };
}

/** Writes the documents. */
export const writeFree5gc: FormatWriter = (subscriptions, services) =>
  linesText(subscriptions.map((one) => JSON.stringify(documentOf(one, services))));
