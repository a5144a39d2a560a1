"""How a peer runs once it has its node."""
import rclpy
from rclpy.executors import ExternalShutdownException


def spin_until_interrupted(node):
    """Says `ready` to whoever started the process, then spins; a signal ends it without a trace."""
    print('ready', flush=True)
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
