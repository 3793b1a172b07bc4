"""A Perfetto trace as protoc decodes it: tracks, and events with their names."""

import collections
import re
import subprocess

import program

PROTO = program.ROOT / "tests" / "support" / "perfetto.proto"
_TOKEN = re.compile(r'(\w+) \{|(\w+): ("(?:[^"\\]|\\.)*"|\S+)|(\})')


def _message(tokens):
    fields = collections.defaultdict(list)
    for opened, key, value, closed in tokens:
        if closed:
            break
        if opened:
            fields[opened].append(_message(tokens))
        else:
            fields[key].append(value[1:-1] if value.startswith('"') else value)
    return fields


class Trace:
    """tracks: uuid -> (name, parent uuid, is a counter); events: dicts, in the order of the file."""

    def __init__(self, path):
        done = subprocess.run(["protoc", "--decode=Trace", f"--proto_path={PROTO.parent}", PROTO.name],
                              input=path.read_bytes(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        text = done.stdout.decode()
        # What no definition of ours has is printed as a number.
        assert not re.search(r"^\s*\d+[:{ ]", text, re.MULTILINE), "unknown fields"
        tokens = iter(_TOKEN.findall(text))
        packets = _message(tokens)["packet"]
        self.tracks = {}
        self.events = []
        names = collections.defaultdict(dict)
        assert packets[0]["sequence_flags"] == ["1"]
        for packet in packets:
            assert packet["trusted_packet_sequence_id"] == ["1"]
            for descriptor in packet["track_descriptor"]:
                parent = descriptor["parent_uuid"]
                self.tracks[int(descriptor["uuid"][0])] = (
                    descriptor["name"][0], int(parent[0]) if parent else None, bool(descriptor["counter"]))
            for data in packet["interned_data"]:
                for kind, entries in data.items():
                    for entry in entries:
                        assert entry["iid"][0] not in names[kind]
                        names[kind][entry["iid"][0]] = entry["name"][0]
            for event in packet["track_event"]:
                self.events.append(self._event(packet, event, names))

    @staticmethod
    def _event(packet, event, names):
        def argument(one):
            value = one["int_value"] or one["double_value"] or one["string_value"]
            return names["debug_annotation_names"][one["name_iid"][0]], value[0]

        def flows(key):
            return [int(flow, 16) if flow.startswith("0x") else int(flow) for flow in event[key]]

        return {
            "when": int(packet["timestamp"][0]),
            "type": event["type"][0].removeprefix("TYPE_"),
            "track": int(event["track_uuid"][0]),
            "name": names["event_names"][event["name_iid"][0]] if event["name_iid"] else None,
            "category": names["event_categories"][event["category_iids"][0]] if event["category_iids"] else None,
            "count": int(event["counter_value"][0]) if event["counter_value"] else None,
            "arguments": dict(argument(one) for one in event["debug_annotations"]),
            "flows": flows("flow_ids"),
            "ended_flows": flows("terminating_flow_ids"),
        }

    def slices(self):
        """(begin, end, depth, event) of all, each track's nesting as a viewer finds it."""
        found = []
        open_slices = collections.defaultdict(list)
        for event in self.events:
            stack = open_slices[event["track"]]
            if event["type"] == "SLICE_BEGIN":
                stack.append(event)
            elif event["type"] == "SLICE_END":
                begin = stack.pop()
                found.append((begin["when"], event["when"], len(stack), begin))
        assert not any(open_slices.values()), "every slice ends"
        return found
