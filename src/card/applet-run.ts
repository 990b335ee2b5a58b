/**
 * The applets of one card, and how one of them processes a packet.
 *
 * @see ETSI TS 102 226 §4; docs/applets.md
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { COMMAND_TYPE } from '../cat/proactive-command.ts';
import { withdrawCommands } from '../cat/session.ts';
import type { FreshCommandPacket } from '../ota/counter.ts';
import type { AppletContext, AppletKinds, CardAppletLogic, CardContext } from './applet.ts';
import { type CardParts, dispatch } from './dispatch.ts';
import { type FindingListener, tell } from './finding.ts';
import { APPLET_DATA_MAX, type AppletEntry } from './memory.ts';
import { remoteFileManagement } from './remote-management/file-management.ts';
import { remoteSession, startOf } from './remote-session.ts';
import type { CardSession } from './session.ts';
import { subscriptionChange } from './subscription/applet.ts';

const OWN: Readonly<Record<string, CardAppletLogic>> = {
  'remote-file-management': remoteFileManagement,
  'subscription-change': subscriptionChange,
};
const NO_DATA = new Uint8Array(0);
const HEADER_OCTETS = 5;

/** What one packet may do. */
export interface AppletRun {
  /** An applet has asked for a REFRESH by UICC reset. */
  readonly wantsReset: boolean;
  /** Tells whether there is logic for an applet. */
  has(applet: AppletEntry): boolean;
  /** Runs the logic of an applet that there is. Returns additional response data. */
  execute(applet: AppletEntry, packet: FreshCommandPacket): Uint8Array;
}

/** What an applet works on while it processes one packet. */
export interface AppletHost {
  readonly parts: CardParts;
  /** The terminal's session. */
  readonly terminal: CardSession;
  /** Octets that go back at most. */
  readonly responseMax: number;
}

/** The applets of one card. */
export interface Applets {
  open(host: AppletHost): AppletRun;
}

class Run implements AppletRun {
  wantsReset = false;
  readonly #host: AppletHost;
  readonly #kinds: AppletKinds;
  readonly #listener: FindingListener | undefined;

  constructor(host: AppletHost, kinds: AppletKinds, listener: FindingListener | undefined) {
    this.#host = host;
    this.#kinds = kinds;
    this.#listener = listener;
  }

  has({ kind }: AppletEntry): boolean {
    return Object.hasOwn(this.#kinds, kind) || Object.hasOwn(OWN, kind);
  }

  execute(applet: AppletEntry, packet: FreshCommandPacket): Uint8Array {
    const logic = Object.hasOwn(this.#kinds, applet.kind) ? this.#kinds[applet.kind] : undefined;
    const context = this.#context(applet);
    const data = logic?.(packet, context) ?? OWN[applet.kind]?.(packet, this.#cardContext(context));
    if (data === undefined) throw new Error(`there is no logic for ${applet.kind}`);
    const { responseMax } = this.#host;
    if (data.length <= responseMax) return data;
    context.find(false, `an answer of at most ${responseMax} octets`, `${data.length}, cut`);
    return data.subarray(0, responseMax);
  }

  #context(applet: AppletEntry): AppletContext {
    const { parts, terminal, responseMax } = this.#host;
    const { memory } = parts;
    const number = memory.image.applets.indexOf(applet);
    let session: CardSession | undefined;
    return {
      applet,
      responseMax,
      transmit: (command) => {
        session ??= remoteSession(applet, startOf(memory.image, applet));
        const response = dispatch(command, session, parts);
        this.#findCommand(command, response);
        return response;
      },
      load: () => memory.root.appletData[number]?.slice() ?? NO_DATA,
      store: (data) => {
        if (data.length > APPLET_DATA_MAX) {
          throw new RangeError(
            `data: expected at most ${APPLET_DATA_MAX} octets, got ${data.length}`,
          );
        }
        return memory.commit([{ kind: 'applet-data', applet: number, data: data.slice() }]);
      },
      find: (ok, expected, found) => tell(this.#listener, 'applet', ok, () => [expected, found]),
      requestUiccReset: () => {
        this.wantsReset = true;
      },
      withdrawUiccReset: () => {
        this.wantsReset = false;
        terminal.toolkit = withdrawCommands(terminal.toolkit, COMMAND_TYPE.refresh);
      },
    };
  }

  #cardContext(context: AppletContext): CardContext {
    const { parts, terminal } = this.#host;
    return {
      ...context,
      memory: parts.memory,
      parts,
      terminal,
      findCommand: (command, response) => this.#findCommand(command, response),
    };
  }

  #findCommand(command: Uint8Array, response: Uint8Array): void {
    const sw = toHex(response.subarray(-2));
    tell(this.#listener, 'applet', !/^6[4-9a-f]/.test(sw), () => [
      'a command that the card does',
      `'${sw}'`,
      toHex(command.subarray(0, HEADER_OCTETS)),
    ]);
  }
}

/**
 * Makes the applets of a card.
 *
 * @param kinds logic for kinds of applets beside the card's own, or in their place
 */
export function cardApplets(kinds: AppletKinds, listener: FindingListener | undefined): Applets {
  return { open: (host) => new Run(host, kinds, listener) };
}
