/**
 * The UICC manufacturer: the key tables of its cards, and which operator holds which pair.
 *
 *     ICCID   pair 0       pair 1       pair 2      ...
 *             MNO-A        MNO-B        nobody           told at manufacture, then against lists
 *
 * Pair n is released against the whole list of the operator that holds pair n-1, addressed to the
 * one that asks. The same request is answered the same again, as an answer can be lost; any other
 * for a released pair is refused. A refusal releases nothing, and stays in a log without secrets.
 *
 * @see docs/architecture.md, "Key release"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { Iccid } from '../bytes/identity.ts';
import { jsonPath } from '../profile/faults.ts';
import { type DocumentRefusal, type Refused, readSigned, refused } from './correspondence.ts';
import { INDEX_MAX, type PairRequest, type TransferList } from './documents.ts';
import { type Secret, type SubscriptionPair, secret } from './keys.ts';
import type { Verifier } from './signed-list.ts';

/** One pair that was released. Secret. */
export interface ReleasedPair {
  readonly iccid: Iccid;
  readonly index: number;
  readonly pair: SubscriptionPair;
}

/** The pairs for the operator that has asked, or why there are none. */
export type ReleaseResult =
  | {
      readonly ok: true;
      /** Id of the request. */
      readonly id: string;
      readonly pairs: Secret<readonly ReleasedPair[]>;
    }
  | Refused;

/** A refused request, as it is logged. `from` and `id` are known if it was read at all. */
export interface RefusedRelease {
  readonly from: string | undefined;
  readonly id: string | undefined;
  readonly refusal: DocumentRefusal;
  readonly path: string;
}

/** What a manufacturer needs. */
export interface ManufacturerOptions {
  /** Its name, as requests are addressed. */
  readonly name: string;
  readonly verifier: Verifier;
  /** The operators that it serves. */
  readonly operators: ReadonlySet<string>;
}

interface Entry {
  readonly pair: SubscriptionPair;
  readonly holder: string | undefined;
}

interface Answer {
  readonly payload: string;
  readonly result: ReleaseResult;
}

/** A manufacturer with its cards. Holds all keys of all of them. */
export class UiccManufacturer {
  readonly #options: ManufacturerOptions;
  readonly #cards = new Map<Iccid, Entry[]>();
  readonly #answers = new Map<string, Answer>();
  readonly #refusals: RefusedRelease[] = [];

  constructor(options: ManufacturerOptions) {
    this.#options = options;
  }

  /** The name under which requests reach it. */
  get name(): string {
    return this.#options.name;
  }

  /** All requests that were refused, oldest first. A view, which grows. */
  get refusals(): readonly RefusedRelease[] {
    return this.#refusals;
  }

  /**
   * Makes a card. Pair 0 goes with its initial IMSI and is told to the first operator.
   *
   * @param card ICCID, its pairs by index (1 to 255 of them; kept), and the first operator
   * @returns pair 0
   * @throws {RangeError} there is a card of this ICCID, or it has no pairs or too many
   */
  addCard(card: {
    readonly iccid: Iccid;
    readonly pairs: readonly SubscriptionPair[];
    readonly holder: string;
  }): Secret<SubscriptionPair> {
    const { iccid, pairs, holder } = card;
    const [first] = pairs;
    if (first === undefined || pairs.length > INDEX_MAX + 1) {
      throw new RangeError(`pairs: expected 1 to ${INDEX_MAX + 1}, got ${pairs.length}`);
    }
    if (this.#cards.has(iccid)) throw new RangeError(`iccid: ${iccid} is there`);
    this.#cards.set(
      iccid,
      pairs.map((pair, index) => ({ pair, holder: index === 0 ? holder : undefined })),
    );
    return secret(first);
  }

  /**
   * Releases pairs against a signed request.
   *
   * @returns all pairs that were asked for, or a refusal: then nothing was released
   * @see docs/architecture.md, "Key release"
   */
  async release(jws: string): Promise<ReleaseResult> {
    const { verifier } = this.#options;
    const read = await readSigned(verifier, jws, 'pair-request');
    if (!read.ok) return this.#refuse(undefined, read);
    const { document: request, payload } = read;
    const list = await readSigned(verifier, request.list, 'transfer-list');
    // Nothing is awaited from here on: no other request comes between judging and releasing.
    const no = this.#judgeHeading(request);
    if (no !== undefined) return this.#refuse(request, no);
    const key = `${request.from} ${request.id}`;
    const before = this.#answers.get(key);
    if (before?.payload === payload) return before.result;
    if (before !== undefined) return this.#refuse(request, refused('id-reused', '$.id'));
    if (!list.ok) return this.#refuse(request, refused(list.refusal, '$.list'));
    const refusal = this.#judgeList(request, list.document) ?? this.#judge(request, list.document);
    if (refusal !== undefined) return this.#refuse(request, refusal);
    const result = this.#hand(request);
    this.#answers.set(key, { payload, result });
    return result;
  }

  /** Who holds which pair, answered requests and refusals, without keys; for comparison. */
  snapshot(): object {
    return {
      cards: [...this.#cards].map(([iccid, entries]) => ({
        iccid,
        holders: entries.map(({ holder }) => holder ?? null),
      })),
      answered: [...this.#answers.keys()],
    };
  }

  #refuse(request: PairRequest | undefined, refusal: Refused): Refused {
    const { from, id } = request ?? { from: undefined, id: undefined };
    this.#refusals.push({ from, id, refusal: refusal.refusal, path: refusal.path });
    return refusal;
  }

  #judgeHeading(request: PairRequest): Refused | undefined {
    const { name, operators } = this.#options;
    if (request.to !== name) return refused('not-addressed-to-us', '$.to');
    if (!operators.has(request.from)) return refused('no-party', '$.from');
    return undefined;
  }

  /** Judges the whole list, also the devices that are not asked for now. */
  #judgeList(request: PairRequest, list: TransferList): Refused | undefined {
    if (list.to !== request.from) return refused('list-for-another', '$.list.to');
    if (!this.#options.operators.has(list.from)) return refused('no-party', '$.list.from');
    for (const [n, { iccid, index }] of list.devices.entries()) {
      const at = (member: string): string => jsonPath(['list', 'devices', n, member]);
      const entries = this.#cards.get(iccid);
      if (entries === undefined) return refused('unknown-iccid', at('iccid'));
      if (index >= entries.length) return refused('no-such-pair', at('index'));
      if (entries[index - 1]?.holder !== list.from) return refused('not-the-holder', at('index'));
    }
    return undefined;
  }

  /** Judges what is asked for, against a list that was judged. */
  #judge(request: PairRequest, list: TransferList): Refused | undefined {
    const listed = new Map(list.devices.map((device) => [device.iccid, device]));
    for (const [n, { iccid, index, attachSeen }] of request.devices.entries()) {
      const at = (member: string): string => jsonPath(['devices', n, member]);
      const device = listed.get(iccid);
      if (device === undefined) return refused('iccid-not-listed', at('iccid'));
      if (device.index !== index) return refused('index-not-reported', at('index'));
      const holder = this.#cards.get(iccid)?.[index]?.holder;
      if (holder === request.from) return refused('pair-already-released', at('index'));
      if (holder !== undefined) return refused('pair-held-by-another', at('index'));
      if (device.state === 'unconfirmed' && !attachSeen) {
        return refused('attach-not-seen', at('attachSeen'));
      }
    }
    return undefined;
  }

  #hand({ id, from, devices }: PairRequest): ReleaseResult {
    const pairs: ReleasedPair[] = [];
    for (const { iccid, index } of devices) {
      const entries = this.#cards.get(iccid);
      const entry = entries?.[index];
      if (entries === undefined || entry === undefined) throw new Error(`${iccid} was not judged`);
      entries[index] = { ...entry, holder: from };
      pairs.push({ iccid, index, pair: entry.pair });
    }
    return { ok: true, id, pairs: secret(pairs) };
  }
}
