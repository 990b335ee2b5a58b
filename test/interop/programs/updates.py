"""Numbers into EF_LOCI, one after another, until the reader is gone; prints each that was answered.

The first line is the number that the file holds at the start.
"""

import sys
import time

from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.System import readers
from smartcard.util import toBytes
from smartcard.pcsc.PCSCExceptions import BaseSCardException

READER, FIRST = sys.argv[1], int(sys.argv[2])


def send(text):
    data, sw1, sw2 = card.transmit(toBytes(text.replace(' ', '')))
    if (sw1, sw2) != (0x90, 0x00):
        raise SystemExit(f'{text}: {sw1:02X}{sw2:02X}')
    return bytes(data)


def connect():
    """The card needs a moment to find a reader that has just come back."""
    for _ in range(200):
        try:
            reader = next(reader for reader in readers() if reader.name == READER)
            connection = reader.createConnection()
            connection.connect()
            return connection
        except (StopIteration, NoCardException, CardConnectionException, BaseSCardException):
            time.sleep(0.05)
    raise SystemExit('no card')


card = connect()
try:
    send('00 A4 04 0C 10 A0000000871002FFFFFFFF8900000100')
    send('00 A4 00 0C 02 6F7E')
    print(int.from_bytes(send('00 B0 00 00 04'), 'big') % 0xFFFFFFFF, flush=True)  # new: 'FFFFFFFF'
    number = FIRST
    while True:
        send(f'00 D6 00 00 0B {number:08X} 00F1100000FF01')
        print(number, flush=True)
        number += 1
except (CardConnectionException, NoCardException, BaseSCardException):
    sys.exit(0)
