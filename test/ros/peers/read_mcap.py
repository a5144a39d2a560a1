"""Reads an MCAP file with the makers' own Python library and prints, as one line of JSON, what it holds:
`read_mcap.py indexed FILE` by its index, as Foxglove does; `read_mcap.py stream FILE` from the front, up to where
it ends, which may be in the middle of a record."""
import json
import sys

from mcap.exceptions import EndOfFile
from mcap.reader import make_reader
from mcap.records import Channel, Message, Schema
from mcap.stream_reader import StreamReader
from mcap_ros2.decoder import DecoderFactory


def indexed(file):
    reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
    summary = reader.get_summary()
    messages = list(reader.iter_decoded_messages())
    assert summary.statistics.message_count == len(messages)
    for schema, channel, message, decoded in messages:
        yield channel.topic, schema, message, decoded


def stream(file):
    schemas, channels = {}, {}
    factory = DecoderFactory()
    try:
        for record in StreamReader(file, validate_crcs=True).records:
            if isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel):
                channels[record.id] = record
            elif isinstance(record, Message):
                channel = channels[record.channel_id]
                schema = schemas[channel.schema_id]
                decode = factory.decoder_for(channel.message_encoding, schema)
                yield channel.topic, schema, record, decode(record.data)
    except EndOfFile:
        pass


def plain(value):
    """A decoded message as JSON values; what is not finite becomes null."""
    if hasattr(value, '__slots__'):
        return {name: plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, float):
        return value if value == value and abs(value) != float('inf') else None
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def main():
    mode, path = sys.argv[1:]
    topics = {}
    with open(path, 'rb') as file:
        for topic, schema, message, decoded in {'indexed': indexed, 'stream': stream}[mode](file):
            held = topics.setdefault(topic, {'type': schema.name, 'encoding': schema.encoding, 'times_s': []})
            held['times_s'].append(message.log_time / 1e9)
            held['last'] = plain(decoded)
    print(json.dumps(topics))


main()
