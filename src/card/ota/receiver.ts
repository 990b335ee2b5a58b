/**
 * The receiving entity: from a short message to its answer.
 *
 *     SMS-DELIVER ─▶ command packet ─▶ verdict, executed or not ─▶ PoR ─▶ what waited for it
 *
 * What is no packet, and a packet whose CPL or CHL contradict the octets, is ignored: not even its
 * TAR can be believed.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { DecodeError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/hex.ts';
import { COMMAND_TYPE } from '../../cat/proactive-command.ts';
import { REFRESH_MODE, refreshCommand } from '../../cat/refresh.ts';
import { answerCollected, isQueued, queueCommand } from '../../cat/session.ts';
import { FACILITY } from '../../cat/terminal-profile.ts';
import { RESPONSE_STATUS, type ResponseStatus } from '../../ota/response-packet.ts';
import { splitCommandPacket } from '../../ota/secured-packet.ts';
import { type MessageAddress, responseUserData } from '../../ota/sms.ts';
import type { Spi } from '../../ota/spi.ts';
import type { Received, ShortMessageReceiver } from '../command.ts';
import type { CardSession } from '../session.ts';
import type { CardMemory } from '../store/card-memory.ts';
import type { UsimKeys } from '../usim-keys.ts';
import type { Applets } from './applet-run.ts';
import { type FindingListener, type OtaStep, tell, type Words } from './finding.ts';
import { takeMessage } from './message-packet.ts';
import { packetKeys } from './packet-keys.ts';
import { fitsReport, maySubmit, queueResponse, responseDataMax } from './packet-response.ts';
import { PacketJudge, type ReceivedPacket, type Verdict } from './packet-verdict.ts';
import { sealPor } from './por-policy.ts';

/** A packet, and to whom its PoR goes. */
interface Arrival extends ReceivedPacket {
  readonly originator: MessageAddress;
}

const NOTHING: Received = { userData: undefined, releasesCommands: false };
const NO_DATA = new Uint8Array(0);
const REFERENCES = 256;

/** The receiving entity of one card. */
export class OtaReceiver implements ShortMessageReceiver {
  readonly #memory: CardMemory;
  readonly #keys: UsimKeys;
  readonly #applets: Applets;
  readonly #listener: FindingListener | undefined;
  readonly #judge: PacketJudge;

  /** @param listener hears of every step; without one the findings cost nothing */
  constructor(
    memory: CardMemory,
    keys: UsimKeys,
    applets: Applets,
    listener: FindingListener | undefined,
  ) {
    this.#memory = memory;
    this.#keys = keys;
    this.#applets = applets;
    this.#listener = listener;
    this.#judge = new PacketJudge(memory, listener);
  }

  /**
   * Receives a short message.
   *
   * @param tpdu SMS-DELIVER
   * @param session the terminal's; may get a REFRESH, and short messages to send
   */
  receive(tpdu: Uint8Array, session: CardSession): Received {
    const arrival = this.#read(tpdu, session);
    if (arrival === undefined) return NOTHING;
    const before = session.toolkit.commands;
    const run = this.#applets.open({
      parts: { memory: this.#memory, usimKeys: this.#keys, messages: this },
      terminal: session,
      responseMax: responseDataMax(arrival.frame, arrival.keys, session.toolkit),
    });
    const verdict = this.#judge.judge(arrival, run);
    const userData = this.#answer(arrival, verdict, session);
    if (run.wantsReset) queueReset(session);
    const isWaiting =
      run.wantsReset ||
      session.toolkit.commands.some((entry) => entry.state === 'held' && !before.includes(entry));
    if (isWaiting && userData === undefined) session.toolkit = answerCollected(session.toolkit);
    return { userData, releasesCommands: isWaiting && userData !== undefined };
  }

  /** Finds the command packet in a message, or the last part of one; `undefined` for others. */
  #read(tpdu: Uint8Array, session: CardSession): Arrival | undefined {
    const { unannouncedPackets = true } = this.#memory.image.switches;
    const packet = this.#readable('sms', 'a short message whose lengths fit', () =>
      takeMessage(tpdu, session, unannouncedPackets, this.#listener),
    );
    if (packet === undefined) return undefined;
    const frame = this.#readable('header', 'a packet whose lengths fit', () =>
      splitCommandPacket(packet.octets),
    );
    if (frame === undefined) return undefined;
    const keys = packetKeys(this.#memory, this.#keys, frame);
    return { frame, keys, originator: packet.originator };
  }

  /** What octets say; `undefined`, and a finding, when they make no sense. */
  #readable<T>(step: OtaStep, expected: string, decode: () => T): T | undefined {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const { path, problem } = error;
      tell(this.#listener, step, false, () => [expected, `${path}: ${problem}`]);
      return undefined;
    }
  }

  /** Makes the PoR that SPI2 asks for. Gives TP-UD for the report; the rest is queued. */
  #answer(arrival: Arrival, verdict: Verdict, session: CardSession): Uint8Array | undefined {
    const { spi } = arrival.frame;
    const { porPolicy } = this.#memory.image.switches;
    const isRefused = verdict.status !== 'por-ok';
    const isWanted = spi.por === 'always' || (spi.por === 'on-error' && isRefused);
    const packet = isWanted ? sealPor(arrival, verdict, porPolicy) : undefined;
    const isByReport = packet !== undefined && !(spi.porBySubmit && maySubmit(session.toolkit));
    const isTooLong = isByReport && !fitsReport(packet);
    const way = packet === undefined ? 'none' : isByReport && !isTooLong ? 'report' : 'SMS-SUBMIT';
    this.#tellAnswer(spi, verdict.status, way, packet ?? NO_DATA);
    if (packet === undefined) return undefined;
    const { cntr = 0 } = verdict;
    if (!isByReport || isTooLong) {
      // The first of a card session follows from CNTR, and no two are the same for a long time.
      const reference = (session.nextReference ?? cntr) % REFERENCES;
      session.nextReference = reference + 1;
      session.toolkit = queueResponse(session.toolkit, packet, arrival.originator, reference);
    }
    if (!isByReport) return undefined;
    if (!isTooLong) return responseUserData(packet);
    const elsewhere: Verdict = { status: 'response-by-sms-submit', cntr };
    return responseUserData(sealPor(arrival, elsewhere, porPolicy));
  }

  #tellAnswer(spi: Spi, status: ResponseStatus, way: string, packet: Uint8Array): void {
    const words: Words = () => [
      `PoR: ${spi.por}, by ${spi.porBySubmit ? 'SMS-SUBMIT' : 'report'}`,
      `status '${toHex(Uint8Array.of(RESPONSE_STATUS[status]))}' ${status}; PoR: ${way}`,
      toHex(packet),
    ];
    tell(this.#listener, 'response', status === 'por-ok', words, status);
  }
}

/** REFRESH is queued once; it is held until its answer is with the ME, if there is one. */
function queueReset(session: CardSession): void {
  if (isQueued(session.toolkit, COMMAND_TYPE.refresh, REFRESH_MODE['uicc-reset'])) return;
  session.toolkit = queueCommand(
    session.toolkit,
    { command: refreshCommand('uicc-reset'), needs: FACILITY.refresh, doneBy: 'reset' },
    'held',
  );
}
