"""Two cards at once: commands to one between those to the other, and neither notices."""

import sys

from smartcard.System import readers
from smartcard.util import toBytes

ROUNDS = 100
READERS = sys.argv[1:]


def connect(name):
    card = next(reader for reader in readers() if reader.name == name).createConnection()
    card.connect()
    return card


def send(card, text):
    data, sw1, sw2 = card.transmit(toBytes(text.replace(' ', '')))
    if (sw1, sw2) != (0x90, 0x00):
        raise SystemExit(f'{text}: {sw1:02X}{sw2:02X}')
    return bytes(data).hex()


def each(cards, text):
    return [send(card, text) for card in cards]


cards = [connect(name) for name in READERS]
each(cards, '00 A4 04 0C 10 A0000000871002FFFFFFFF8900000100')
each(cards, '00 20 00 01 08 31323334FFFFFFFF')
each(cards, '00 A4 00 0C 02 6F07')
for imsi in each(cards, '00 B0 00 00 09'):
    octets = bytes.fromhex(imsi)
    print('IMSI', ''.join(f'{octet & 15:X}{octet >> 4:X}' for octet in octets[1:9])[1:])
each(cards, '00 A4 00 0C 02 6F7E')
for number in range(ROUNDS):
    for slot, card in enumerate(cards):
        send(card, f'00 D6 00 00 0B {number:08X} 00000000 0000 {slot:02X}')
    for slot, card in enumerate(cards):
        assert send(card, '00 B0 00 00 0B') == f'{number:08x}000000000000{slot:02x}'
print('rounds', ROUNDS)
