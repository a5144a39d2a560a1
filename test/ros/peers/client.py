"""An rclpy client that is told what to do: one JSON request a line on standard input, one JSON answer a line on
standard output, in any order. SIGUSR1 has it write the stacks of its threads. Ends when its standard input closes."""
import array
import faulthandler
import importlib
import json
import math
import os
import signal
import sys
import threading
import time
import traceback
import zlib
from concurrent.futures import ThreadPoolExecutor

import rclpy
from rclpy.action import ActionClient
from rclpy.executors import ExternalShutdownException
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy

KEPT_MESSAGES = 2000


def load(kind):
    """The class of `package/msg/Name`, `package/srv/Name`, `package/action/Name`, or `package/Name` of a message."""
    parts = kind.split('/')
    package, folder, name = parts if len(parts) == 3 else (parts[0], 'msg', parts[1])
    return getattr(importlib.import_module(f'{package}.{folder}'), name)


def fill(message, values):
    for name, value in values.items():
        held = getattr(message, name)
        kind = message.get_fields_and_field_types()[name]
        if isinstance(value, dict):
            fill(held, value)
        elif isinstance(value, list) and '/' in kind:
            element = load(kind.removeprefix('sequence<').split('>')[0].split('[')[0])
            setattr(message, name, [fill(element(), each) for each in value])
        else:
            setattr(message, name, float(value) if isinstance(held, float) else value)
    return message


def plain(value):
    """A message as JSON values; bytes are summed up, what is not finite becomes null."""
    if hasattr(value, 'get_fields_and_field_types'):
        return {name: plain(getattr(value, name)) for name in value.get_fields_and_field_types()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value[0]
    if isinstance(value, array.array) and value.typecode == 'B':
        return {'length': len(value), 'crc32': zlib.crc32(value)}
    if isinstance(value, (list, tuple, array.array)) or type(value).__name__ == 'ndarray':
        return [plain(each) for each in value]
    return value.item() if hasattr(value, 'item') else value


def finished(future, seconds, what):
    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    if not done.wait(seconds):
        raise TimeoutError(f'{what} did not answer within {seconds} s')
    return future.result()


class Client:
    def __init__(self):
        self.node = rclpy.create_node('independent_client')
        self.lock = threading.Lock()
        self.services = {}
        self.actions = {}
        self.publishers = {}
        self.heard_by_topic = {}
        self.subscriptions = {}
        self.goals = []

    def call(self, kind, name, request, timeout_s):
        service = load(kind)
        with self.lock:
            if (kind, name) not in self.services:
                self.services[kind, name] = self.node.create_client(service, name)
        client = self.services[kind, name]
        if not client.wait_for_service(timeout_sec=timeout_s):
            raise TimeoutError(f'nobody offers {name}')
        start = time.monotonic()
        response = finished(client.call_async(fill(service.Request(), request)), timeout_s, name)
        return {'response': plain(response), 'ms': (time.monotonic() - start) * 1000}

    def listen(self, kind, topic, reliable, latched, manual):
        heard = self.heard_by_topic.setdefault(topic, [])
        qos = QoSProfile(
            depth=50,
            reliability=ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT,
            durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
            liveliness=LivelinessPolicy.MANUAL_BY_TOPIC if manual else LivelinessPolicy.AUTOMATIC,
        )

        def hear(message):
            heard.append((time.time(), message))
            del heard[:-KEPT_MESSAGES]

        self.subscriptions[topic] = self.node.create_subscription(load(kind), topic, hear, qos)

    def stop_listening(self, topic):
        """Unsubscribes, and forgets what was heard."""
        self.node.destroy_subscription(self.subscriptions.pop(topic))
        self.heard_by_topic[topic].clear()

    def offers(self, topic):
        """What the topic's publishers offer, as the graph says."""
        return [
            {
                'node': info.node_name,
                'type': info.topic_type,
                'reliability': info.qos_profile.reliability.name.lower(),
                'durability': info.qos_profile.durability.name.lower(),
                'liveliness': info.qos_profile.liveliness.name.lower(),
            }
            for info in self.node.get_publishers_info_by_topic(topic)
        ]

    def heard(self, topic, since_s):
        """What came in the last `since_s` seconds, or all of it."""
        from_s = 0 if since_s is None else time.time() - since_s
        return [{'at_s': at, 'message': plain(message)} for at, message in list(self.heard_by_topic[topic]) if at >= from_s]

    def publish(self, kind, topic, message, latched):
        qos = QoSProfile(
            depth=1 if latched else 10,
            durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
        )
        with self.lock:
            if topic not in self.publishers:
                self.publishers[topic] = self.node.create_publisher(load(kind), topic, qos)
        self.publishers[topic].publish(fill(load(kind)(), message))

    def nodes(self):
        return [f'{space.rstrip("/")}/{name}' for name, space in self.node.get_node_names_and_namespaces()]

    def goal(self, kind, name, goal, timeout_s):
        action = load(kind)
        with self.lock:
            if (kind, name) not in self.actions:
                self.actions[kind, name] = ActionClient(self.node, action, name)
        client = self.actions[kind, name]
        if not client.wait_for_server(timeout_sec=timeout_s):
            raise TimeoutError(f'nobody offers {name}')
        feedback = []
        sent = client.send_goal_async(
            fill(action.Goal(), goal), feedback_callback=lambda message: feedback.append(plain(message.feedback)))
        handle = finished(sent, timeout_s, name)
        self.goals.append((handle, feedback))
        return {'accepted': handle.accepted, 'goal': len(self.goals) - 1}

    def feedback(self, goal):
        return list(self.goals[goal][1])

    def cancel(self, goal):
        finished(self.goals[goal][0].cancel_goal_async(), 10, 'cancel')

    def result(self, goal, timeout_s):
        answer = finished(self.goals[goal][0].get_result_async(), timeout_s, 'result')
        return {'status': answer.status, 'result': plain(answer.result)}

    def answer(self, line):
        request = json.loads(line)
        try:
            value = getattr(self, request['do'])(**request['with'])
            reply = {'id': request['id'], 'value': value}
        except Exception as error:  # whatever it is, the test must hear of it
            reply = {'id': request['id'], 'error': f'{type(error).__name__}: {error}'}
        with self.lock:
            print(json.dumps(reply), flush=True)


def spin(node):
    try:
        rclpy.spin(node)
    except ExternalShutdownException:
        pass
    except BaseException:  # without this thread no call would be answered, and nobody would know why
        traceback.print_exc()
        os._exit(1)


def main():
    faulthandler.register(signal.SIGUSR1)
    rclpy.init()
    client = Client()
    spinning = threading.Thread(target=spin, args=(client.node,))
    spinning.start()
    print('ready', flush=True)
    with ThreadPoolExecutor(max_workers=8) as pool:
        for line in sys.stdin:
            pool.submit(client.answer, line)
    rclpy.try_shutdown()
    spinning.join()


main()
