/**
 * The post of one party: what it signs, and what it takes from others.
 *
 *     signature -> form -> type -> the sender is the signer -> addressed to us -> from a party
 *               -> not seen before -> judge
 *
 * The first question that is answered no refuses the document, whole, and nothing has changed. The
 * judge comes last and answers for the content: it changes everything that the document asks, or
 * nothing. Only then the document counts as seen.
 *
 * @see docs/architecture.md, "Signed lists"
 * @module
 */

import {
  type DocumentOfType,
  documentText,
  type ParseResult,
  parseDocument,
  type SignedDocument,
} from './documents.ts';
import type { SignatureRefusal, Signer, Verifier } from './signed-list.ts';

/**
 * Why a document is refused. Of the names that need one, a word:
 *
 * - `wrong-type`: a document, but not of the kind that this party takes there
 * - `no-party`: signed well, by somebody with whom there is no agreement
 * - `replayed`: the same sender has used the id before
 * - `wrong-plmn`: an IMSI that is not of its operator
 * - `operator-data-too-long`: the change would not fit into one short message
 * - `already-ordered`, `change-outstanding`, `listed-device`, `moved-device`: where a device stands
 * - `iccid-in-use`: this operator still serves the device itself
 * - `list-for-another`: a request, with a list that is addressed to another operator
 * - `iccid-not-listed`: a request names a device, its list does not
 * - `index-not-reported`: a request names another index than its list
 * - `no-such-pair`: the card has no pair of this index
 * - `not-the-holder`: the list is not by the operator that holds the pair before
 * - `id-reused`: the request has the id of another one
 */
export type DocumentRefusal =
  | SignatureRefusal
  | Extract<ParseResult, { ok: false }>['refusal']
  | 'wrong-type'
  | 'not-addressed-to-us'
  | 'no-party'
  | 'replayed'
  | 'wrong-plmn'
  | 'operator-data-too-long'
  | 'no-index-left'
  | 'cntr-exhausted'
  | 'unknown-iccid'
  | 'unknown-imsi'
  | 'imsi-in-use'
  | 'iccid-in-use'
  | 'already-ordered'
  | 'change-outstanding'
  | 'listed-device'
  | 'moved-device'
  | 'not-listed'
  | 'list-for-another'
  | 'iccid-not-listed'
  | 'index-not-reported'
  | 'no-such-pair'
  | 'not-the-holder'
  | 'pair-held-by-another'
  | 'pair-already-released'
  | 'attach-not-seen'
  | 'id-reused';

/** A refused document: why, and which value decided it. Holds no secret. */
export interface Refused {
  readonly ok: false;
  readonly refusal: DocumentRefusal;
  /** JSON path in the payload, `$` for the whole. */
  readonly path: string;
}

/** Makes the refusal of a document. */
export function refused(refusal: DocumentRefusal, path = '$'): Refused {
  return { ok: false, refusal, path };
}

/** A document of one type by its sender, or why it is refused. */
export type ReadResult<T extends SignedDocument['type']> =
  | { readonly ok: true; readonly document: DocumentOfType<T>; readonly payload: string }
  | Refused;

/** The document that was taken, or why it is refused. */
export type TakeResult<T extends SignedDocument['type']> =
  | { readonly ok: true; readonly document: DocumentOfType<T> }
  | Refused;

/**
 * Reads a signed document: whether it is by whom it says, and of a type.
 *
 * @returns the document with its payload; neither addressee nor content was judged
 * @see RFC 7515
 */
export async function readSigned<T extends SignedDocument['type']>(
  verifier: Verifier,
  jws: string,
  type: T,
): Promise<ReadResult<T>> {
  const verified = await verifier.verify(jws);
  if (!verified.ok) return refused(verified.refusal);
  const parsed = parseDocument(verified.payload);
  if (!parsed.ok) return parsed;
  const { document } = parsed;
  if (document.type !== type) return refused('wrong-type', '$.type');
  if (document.from !== verified.from) return refused('forged', '$.from');
  return { ok: true, document: document as DocumentOfType<T>, payload: verified.payload };
}

interface SentDocument {
  readonly type: SignedDocument['type'];
  readonly to: string;
  readonly text: string;
}

/** What the post of a party needs. */
export interface CorrespondenceOptions {
  readonly signer: Signer;
  readonly verifier: Verifier;
  /** Tells whether there is an agreement with a party. */
  readonly isParty: (name: string) => boolean;
}

/** The post of one party; remembers which documents it has taken and which it has sent. */
export class Correspondence {
  readonly #options: CorrespondenceOptions;
  readonly #seen = new Set<string>();
  readonly #sent = new Map<string, SentDocument>();

  constructor(options: CorrespondenceOptions) {
    this.#options = options;
  }

  /** The name under which this party signs. */
  get name(): string {
    return this.#options.signer.name;
  }

  /**
   * Takes a document that another party has signed.
   *
   * @param judge judges the content: applies all of it and returns `undefined`, or changes nothing
   */
  async take<T extends SignedDocument['type']>(
    jws: string,
    type: T,
    judge: (document: DocumentOfType<T>) => Refused | undefined,
  ): Promise<TakeResult<T>> {
    const read = await readSigned(this.#options.verifier, jws, type);
    if (!read.ok) return read;
    const { document } = read;
    if (document.to !== this.name) return refused('not-addressed-to-us', '$.to');
    if (!this.#options.isParty(document.from)) return refused('no-party', '$.from');
    const key = `${document.from} ${document.id}`;
    if (this.#seen.has(key)) return refused('replayed', '$.id');
    const no = judge(document);
    if (no !== undefined) return no;
    this.#seen.add(key);
    return { ok: true, document };
  }

  /** Tells whether a document with this id was written. */
  hasSent(id: string): boolean {
    return this.#sent.has(id);
  }

  /**
   * Writes and signs a document. Asked again for the same id, it signs the same text again: the way
   * to repeat a document that was lost.
   *
   * @param heading type, id and addressee
   * @param compose writes the rest and changes nothing; asked only if the id is new
   * @param apply changes what the document changes at its sender, before it is signed
   * @throws {RangeError} the id was used for another type or addressee, or the document has a value
   *   that no document can have
   */
  async send<T extends SignedDocument>(
    heading: Pick<T, 'type' | 'id' | 'to'>,
    compose: () => Omit<T, 'type' | 'id' | 'to' | 'from'>,
    apply: () => void = () => {},
  ): Promise<string> {
    const { type, id, to } = heading;
    const before = this.#sent.get(id);
    if (before !== undefined && (before.type !== type || before.to !== to)) {
      throw new RangeError(`id: "${id}" was used for another document`);
    }
    const text =
      before?.text ?? documentText({ ...heading, from: this.name, ...compose() } as unknown as T);
    if (before === undefined) {
      apply();
      this.#sent.set(id, { type, to, text });
    }
    return this.#options.signer.sign(text);
  }

  /** Ids of what was taken (with their senders) and sent; for comparison. */
  snapshot(): object {
    return { seen: [...this.#seen], sent: [...this.#sent.keys()] };
  }
}
