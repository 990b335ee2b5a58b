/**
 * A program: a card of the conformance suite in slot 0 of the virtual reader, which becomes new
 * again whenever its parent says so.
 *
 *     parent ── 'new' ──▶ the card is as it was made, and switched off ── 'is new' ──▶ parent
 *
 * @see test/conformance/card-under-test.ts
 * @module
 */

import { createUicc } from '../../../src/card/uicc.ts';
import { insertCard, VPCD_PORT } from '../../../src/transport/vpcd.ts';
import { CONFORMANCE_PROFILE, conformanceDice } from '../../conformance/card-under-test.ts';

const card = createUicc(CONFORMANCE_PROFILE, { random: conformanceDice() });
const { root } = card;
insertCard(card, { host: '127.0.0.1', port: VPCD_PORT });
process.on('message', () => {
  card.rewind(root);
  process.send?.('is new');
});
