/**
 * Reads the data objects of the current EF of structure BER-TLV.
 *
 *     80 CB 00 80 01 5C    the list of tags: '5C' length tag tag …
 *     80 CB 00 80 Lc tag   one object whole, tag and length before it; '62F1' while there is more
 *     80 CB 00 00          the next block of it
 *
 * @see ETSI TS 102 221 §11.3.1 (RETRIEVE DATA), §8.2.2.4
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import { understood } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';
import { exchange, type Procedure } from './procedure.ts';
import type { ReadContent } from './reading-list.ts';
import { isOk } from './state.ts';

const NONE = new Uint8Array(0);
const CLASS = 0x80;
const RETRIEVE_DATA = 0xcb;
const FIRST_BLOCK = 0x80;
const NEXT_BLOCK = 0x00;
const LE_MAX = 256;
/** More than any EF has. */
const OCTETS_MAX = 0xffff;
const MORE = 0x62f1;
const MORE_AND_WISH = 0x62f2;
const TAG_LIST = 0x5c;
/** A tag goes on in a second octet, and from there while b8 is set. */
const LONG_TAG = 0x1f;
const GOES_ON = 0x80;

/** Reads one object, block by block. */
function* retrieve(tag: Uint8Array): Procedure<ReadContent> {
  let octets: Uint8Array = NONE;
  let [block, data] = [FIRST_BLOCK, tag];
  for (;;) {
    const command = commandApdu([CLASS, RETRIEVE_DATA, 0x00, block], data, LE_MAX);
    const response = yield* exchange(command);
    const hasMore = response.sw === MORE || response.sw === MORE_AND_WISH;
    if (!hasMore && !isOk(response.sw)) return { octets, refusedBy: response.sw };
    octets = concat(octets, response.data);
    if (!hasMore) return { octets, refusedBy: undefined };
    // A card that never comes to an end has said nothing.
    const isEndless = response.data.length === 0 || octets.length > OCTETS_MAX;
    if (isEndless) return { octets, refusedBy: response.sw };
    [block, data] = [NEXT_BLOCK, NONE];
  }
}

/** Cuts the value of '5C' into tags. */
function tagsIn(list: Uint8Array): Uint8Array[] {
  const [object] = understood(() => decodeBerTlvs(list, 'tag list')) ?? [];
  if (object?.tag !== TAG_LIST) return [];
  const tags: Uint8Array[] = [];
  for (let at = 0; at < object.value.length; ) {
    let end = at + 1;
    if ((object.value[at]! & LONG_TAG) === LONG_TAG) {
      while ((object.value[end] ?? 0) & GOES_ON) end++;
      end++;
    }
    tags.push(object.value.slice(at, end));
    at = end;
  }
  return tags;
}

/**
 * Reads all objects of the current EF, in the order in which the card lists them.
 *
 * @returns the objects behind each other, up to one that is refused
 * @see ETSI TS 102 221 §11.3.1
 */
export function* readObjects(): Procedure<ReadContent> {
  const list = yield* retrieve(Uint8Array.of(TAG_LIST));
  if (list.refusedBy !== undefined) return { ...list, octets: NONE };
  let octets: Uint8Array = NONE;
  for (const tag of tagsIn(list.octets)) {
    const object = yield* retrieve(tag);
    if (object.refusedBy !== undefined) return { octets, refusedBy: object.refusedBy };
    octets = concat(octets, object.octets);
  }
  return { octets, refusedBy: undefined };
}
