"""Nodes that all live in this one process and do nothing: nodes.py [busy] NODE..., each fully qualified. One that is
called "bare" has no endpoint but a publisher; "busy" has the process use as much CPU as it may."""
import sys
import threading

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from std_msgs.msg import Empty


def make_node(full_name):
    namespace, _, name = full_name.rpartition('/')
    bare = name == 'bare'
    node = rclpy.create_node(
        name, namespace=namespace, enable_rosout=not bare, start_parameter_services=not bare)
    if bare:
        node.destroy_publisher(node._parameter_event_publisher)
        node.create_publisher(Empty, 'nothing', 1)
    return node


def burn():
    while True:
        pass


def main():
    args = sys.argv[1:]
    rclpy.init()
    executor = SingleThreadedExecutor()
    for full_name in args:
        if full_name != 'busy':
            executor.add_node(make_node(full_name))
    if 'busy' in args:
        threading.Thread(target=burn, daemon=True).start()
    print('ready', flush=True)
    try:
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


main()
