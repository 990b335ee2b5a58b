/**
 * What came of one packet: the PoR as far as there is one, and what the card said of itself.
 *
 * @see ETSI TS 102 225 §5.2; docs/ota-tests.md
 * @module
 */

import type { StatusWord } from '../../apdu/response.ts';
import { understood } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/hex.ts';
import { describeFinding, type Finding } from '../../card/ota/finding.ts';
import type { ProactiveCommand } from '../../cat/proactive-command.ts';
import type { Mistake } from '../../ota/mistakes/mistake.ts';
import { emptyReassembly, takePart } from '../../ota/reassembly.ts';
import {
  openResponsePacket,
  type ResponsePacket,
  type ResponseSecurity,
  responseStatusName,
} from '../../ota/response-packet.ts';
import type { PacketKeys } from '../../ota/secured-packet.ts';
import { hasElement, IEI } from '../../ota/sms.ts';
import { describeSw } from '../../trace/describe.ts';
import { decodeReport, type RemoteFormat, type ScriptReport } from './script.ts';
import type { TerminalLog } from './terminal.ts';

/** How a PoR came: in a delivery report, by SMS-SUBMIT, or not at all. */
export type ResponseWay = 'report' | 'submit' | 'none';

/**
 * What came of one packet. Octets are hex of lower case.
 *
 * Without ciphering `packet` and `messages` hold the script as it is, PINs in it too.
 */
export interface OtaResult {
  /** The PoR says 00, or there is none because none was asked for and the card has executed. */
  readonly isExecuted: boolean;
  /** Status of the PoR by its name, its two hex digits when it has none, `none` without PoR. */
  readonly status: string;
  /** What the card decided, whether it said so or not. */
  readonly verdict: string;
  readonly way: ResponseWay;
  /** The PoR, opened; `undefined` without one, or when it makes no sense. */
  readonly por: ResponsePacket | undefined;
  /** The PoR carries a CC, and it is right. */
  readonly isProven: boolean;
  /** How many commands were executed, as the card reports. */
  readonly executed: number | undefined;
  /** SW of the last command that the card reports. */
  readonly sw: StatusWord | undefined;
  /** Response data of that command. */
  readonly data: string;
  /** R-APDUs: of each command in expanded format, of the last in compact format. */
  readonly responses: readonly { readonly data: string; readonly sw: StatusWord }[];
  /** Format in which the report is read; `undefined` when the applet has one of its own. */
  readonly format: RemoteFormat | undefined;
  /** Format of the applet as its profile says; `undefined` when it has one of its own. */
  readonly appletFormat: RemoteFormat | undefined;
  /** The report, decoded; `undefined` when there is none of this format. */
  readonly report: ScriptReport | undefined;
  /** Additional response data of the PoR. */
  readonly additional: string;
  /** Each step of the card. */
  readonly findings: readonly Finding[];
  /** Why the card has refused, if a likely mistake explains it. */
  readonly mistake: Mistake | undefined;
  /** The command packet. */
  readonly packet: string;
  /** TP-UD of the short messages to the card. */
  readonly messages: readonly string[];
  /** Proactive commands that the card has had performed, such as SEND SHORT MESSAGE and REFRESH. */
  readonly commands: readonly ProactiveCommand[];
  /** SW of the last ENVELOPE. */
  readonly envelopeSw: StatusWord;
}

/** A packet as its sender remembers it. Holds keys: treat as secret. */
export interface SentCommand {
  readonly packet: Uint8Array;
  readonly messages: readonly Uint8Array[];
  readonly security: ResponseSecurity;
  readonly keys: PacketKeys;
  /** Format of the report; `undefined` when the applet has one of its own. */
  readonly format: RemoteFormat | undefined;
  /** Format of the applet; `undefined` when it has one of its own, or there is no applet. */
  readonly appletFormat: RemoteFormat | undefined;
}

/** Finds the response packet in TP-UDs; of several, the one that is whole last. */
function responsePacketIn(userData: readonly Uint8Array[]): Uint8Array | undefined {
  let store = emptyReassembly();
  let found: Uint8Array | undefined;
  for (const part of userData) {
    const taken = takePart(store, { originator: NOBODY, hasHeader: true, userData: part });
    store = taken.store;
    const { message } = taken;
    if (message !== undefined && hasElement(message, IEI.responsePacket)) found = message.body;
  }
  return found;
}

/** All parts come from the one card. */
const NOBODY = Uint8Array.of(0x01, 0x91, 0xf0);

/** Reads what has come back for a packet. */
export function readResult(
  sent: SentCommand,
  log: TerminalLog,
  of: Pick<OtaResult, 'verdict' | 'findings' | 'mistake'>,
): OtaResult {
  const submitted = responsePacketIn(log.sent);
  const reported = log.report && understood(() => responsePacketIn([log.report!]));
  // Status 0B in the report says that the PoR itself comes by SMS-SUBMIT.
  const octets = submitted ?? reported;
  const way: ResponseWay = submitted !== undefined ? 'submit' : octets ? 'report' : 'none';
  const por = octets && understood(() => openResponsePacket(octets, sent.security, sent.keys));
  const { format, appletFormat } = sent;
  // What an applet reports in one format may look like the other.
  const isItsFormat = appletFormat === undefined || appletFormat === format;
  const readable = isItsFormat ? format : undefined;
  const report = readable && por && understood(() => decodeReport(por.data, readable));
  const last = report?.responses.at(-1);
  const status = por && (responseStatusName(por.status) ?? toHex(Uint8Array.of(por.status)));
  return {
    isExecuted: of.verdict === 'por-ok' && (way === 'none' || por?.status === 0),
    status: status ?? 'none',
    way,
    por,
    isProven: por?.integrity === 'cc' && por.checksumOk === true,
    executed: report?.executed,
    sw: last?.sw,
    data: last === undefined ? '' : toHex(last.data),
    responses: report?.responses.map(({ data, sw }) => ({ data: toHex(data), sw })) ?? [],
    format,
    appletFormat,
    report,
    additional: por === undefined ? '' : toHex(por.data),
    packet: toHex(sent.packet),
    messages: sent.messages.map(toHex),
    commands: log.commands,
    envelopeSw: log.sw,
    ...of,
  };
}

/**
 * Says what speaks against the format of a packet, to stand behind what was found.
 *
 * @returns no text when it is the format of the applet, or that is not known
 */
export function formatRemedy({ format, appletFormat }: OtaResult): string {
  const isOther = format !== undefined && appletFormat !== undefined && format !== appletFormat;
  return isOther ? `; the format of the applet is ${appletFormat}` : '';
}

/** Says in one line what came back. */
function describeAnswer({ status, verdict, way, sw, executed }: OtaResult): string {
  const parts = [
    `PoR ${status}${way === 'submit' ? ' by SMS-SUBMIT' : ''}`,
    ...(status === verdict ? [] : [`the card decided ${verdict}`]),
    ...(executed === undefined ? [] : [`${executed} executed`]),
    ...(sw === undefined ? [] : [`SW ${describeSw(sw)}`]),
  ];
  return parts.join(', ');
}

/**
 * Tells in lines what came of a packet: each step of the card, and the mistake that explains it.
 * It shows neither keys nor the data of commands.
 *
 * @returns lines without a line end at the last
 * @see docs/ota-tests.md, "What a failure looks like"
 * @example
 * ```ts
 * import { describeResult, otaTestCard } from 'vuicc/testing';
 *
 * const text = describeResult(otaTestCard().ota('00A40000022FE2', { tar: 'B00009' }));
 * if (!text.startsWith('PoR tar-unknown')) throw new Error(text);
 * ```
 */
export function describeResult(result: OtaResult): string {
  const { mistake, findings } = result;
  const steps = findings.map((finding) => `  ${describeFinding(finding)}`);
  const why = mistake === undefined ? [] : [`  ${mistake.name}: ${mistake.remedy}`];
  return [describeAnswer(result), ...steps, ...why].join('\n');
}
