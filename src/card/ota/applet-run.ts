/**
 * The applets of one card, and how one of them processes a packet.
 *
 * @see ETSI TS 102 226 §4; docs/applets.md
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { copyOf } from '../../bytes/octets.ts';
import { COMMAND_TYPE } from '../../cat/proactive-command.ts';
import { REFRESH_MODE } from '../../cat/refresh.ts';
import { withdrawCommands } from '../../cat/session.ts';
import type { FreshCommandPacket } from '../../ota/counter.ts';
import { type CardParts, dispatch } from '../dispatch.ts';
import { APPLET_DATA_MAX, type AppletEntry } from '../memory.ts';
import type { CardSession } from '../session.ts';
import type { CardMemory } from '../store/card-memory.ts';
import { subscriptionChange } from '../subscription/applet.ts';
import type { AppletContext, AppletKinds, CardAppletLogic, CardContext } from './applet.ts';
import { type FindingListener, tell } from './finding.ts';
import { goesOn } from './remote-management/compact-script.ts';
import { remoteFileManagement } from './remote-management/file-management.ts';
import { remoteSession, startOf } from './remote-session.ts';

const OWN: Readonly<Record<string, CardAppletLogic>> = {
  'remote-file-management': remoteFileManagement,
  'subscription-change': subscriptionChange,
};
/** Kinds of applets that every card has. */
export const OWN_KINDS: readonly string[] = Object.keys(OWN);
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

/** The card as its own applets see it while they process one packet. */
class PacketContext implements CardContext {
  readonly applet: AppletEntry;
  readonly responseMax: number;
  readonly memory: CardMemory;
  readonly parts: CardParts;
  readonly terminal: CardSession;
  wantsReset = false;
  /** The packet has been processed. */
  isOver = false;
  readonly #listener: FindingListener | undefined;
  #session: CardSession | undefined;

  constructor(applet: AppletEntry, host: AppletHost, listener: FindingListener | undefined) {
    this.applet = applet;
    this.responseMax = host.responseMax;
    this.memory = host.parts.memory;
    this.parts = host.parts;
    this.terminal = host.terminal;
    this.#listener = listener;
  }

  transmit(command: Uint8Array): Uint8Array {
    const { image } = this.memory;
    this.#session ??= remoteSession(this.applet, startOf(image, this.applet));
    return this.transmitIn(this.#session, command);
  }

  transmitIn(session: CardSession, command: Uint8Array): Uint8Array {
    const response = dispatch(command, session, this.parts);
    if (this.#listener !== undefined) this.#tellCommand(command, response);
    return response;
  }

  load(): Uint8Array {
    return this.memory.root.appletData[this.#number()]?.slice() ?? NO_DATA;
  }

  store(data: Uint8Array): boolean {
    if (data.length > APPLET_DATA_MAX) {
      throw new RangeError(`data: expected at most ${APPLET_DATA_MAX} octets, got ${data.length}`);
    }
    const change = { kind: 'applet-data', applet: this.#number(), data: copyOf(data) } as const;
    return this.memory.commit([change]);
  }

  find(ok: boolean, expected: string, found: string): void {
    tell(this.#listener, 'applet', ok, () => [expected, found]);
  }

  requestUiccReset(): void {
    this.wantsReset = true;
  }

  withdrawUiccReset(): void {
    this.wantsReset = false;
    const { terminal } = this;
    const reset = REFRESH_MODE['uicc-reset'];
    terminal.toolkit = withdrawCommands(terminal.toolkit, COMMAND_TYPE.refresh, reset);
  }

  #number(): number {
    return this.memory.image.applets.indexOf(this.applet);
  }

  /** Its header alone, for data may hold a PIN. */
  #tellCommand(command: Uint8Array, response: Uint8Array): void {
    const sw = response.subarray(-2);
    tell(this.#listener, 'applet', goesOn(sw[0]! * 256 + sw[1]!), () => [
      'a command that the card does',
      `'${toHex(sw)}'`,
      toHex(command.subarray(0, HEADER_OCTETS)),
    ]);
  }
}

/** The image is shared; nobody gets hold of its octets. */
function entryCopy(entry: AppletEntry): AppletEntry {
  const { tar, aid, accessDomain } = entry;
  return { ...entry, tar: tar.slice(), aid: aid?.slice(), accessDomain: accessDomain.slice() };
}

/** What an applet that is not the card's own may touch: no memory, no keys, and not afterwards. */
function narrowed(of: PacketContext): AppletContext {
  const live = (): PacketContext => {
    if (!of.isOver) return of;
    throw new Error(`${of.applet.kind}: its packet has been processed, the context is over`);
  };
  return {
    applet: entryCopy(of.applet),
    responseMax: of.responseMax,
    transmit: (command) => live().transmit(command),
    load: () => live().load(),
    store: (data) => live().store(data),
    find: (ok, expected, found) => live().find(ok, expected, found),
    requestUiccReset: () => live().requestUiccReset(),
    withdrawUiccReset: () => live().withdrawUiccReset(),
  };
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
    const { kind } = applet;
    const context = new PacketContext(applet, this.#host, this.#listener);
    const foreign = Object.hasOwn(this.#kinds, kind) ? this.#kinds[kind] : undefined;
    let data: unknown;
    try {
      data = foreign ? foreign(packet, narrowed(context)) : OWN[kind]?.(packet, context);
    } finally {
      context.isOver = true;
    }
    if (!(data instanceof Uint8Array)) {
      throw new TypeError(`${kind}: expected a Uint8Array from its logic, got ${typeof data}`);
    }
    this.wantsReset = context.wantsReset;
    const { responseMax } = this.#host;
    if (responseMax === 0 || data.length <= responseMax) return data;
    context.find(false, `an answer of at most ${responseMax} octets`, `${data.length}, cut`);
    return data.subarray(0, responseMax);
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
