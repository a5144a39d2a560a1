"""What Trimtab's launch files share: the arguments that each of them takes, and nodes that honour them."""

from launch.actions import DeclareLaunchArgument
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterFile, ParameterValue
from launch_ros.substitutions import FindPackageShare


def share(*path):
    """A path in the installed package."""
    return PathJoinSubstitution([FindPackageShare('trimtab'), *path])


def arguments(params_file):
    """The five arguments of every launch file; `params_file` names the default one in config/params."""
    return [
        DeclareLaunchArgument('namespace', default_value='', description='Namespace of all nodes.'),
        DeclareLaunchArgument(
            'use_sim_time', default_value='false', description='Take the time from /clock: true or false.'
        ),
        DeclareLaunchArgument(
            'params_file',
            default_value=share('config', 'params', params_file),
            description='YAML file with the parameters of the nodes.',
        ),
        DeclareLaunchArgument(
            'autostart',
            default_value='true',
            description='Configure and activate the nodes at start; false leaves that to a lifecycle manager.',
        ),
        DeclareLaunchArgument(
            'log_level', default_value='info', description='Least severe message shown: debug, info, warn, error or fatal.'
        ),
    ]


def node(executable, name=None, parameters=None, remappings=None):
    """One of our nodes; `parameters` stand above those of the file."""
    shared = {'use_sim_time': boolean('use_sim_time'), 'autostart': boolean('autostart')}
    return Node(
        package='trimtab',
        executable=executable,
        name=name or executable,
        namespace=LaunchConfiguration('namespace'),
        parameters=[ParameterFile(LaunchConfiguration('params_file')), {**shared, **(parameters or {})}],
        remappings=list((remappings or {}).items()),
        arguments=['--ros-args', '--log-level', LaunchConfiguration('log_level')],
        output='screen',
    )


def boolean(argument):
    """The value of an argument as a boolean parameter."""
    return ParameterValue(LaunchConfiguration(argument), value_type=bool)


def text(value):
    """A substitution as a string parameter."""
    return ParameterValue(value, value_type=str)


def trimtab_nodes():
    """The four nodes of Trimtab beside a robot's own; the launch file declares the argument `spec`."""
    return [
        node('adaptor'),
        node('profiler'),
        node('tuner', parameters={'spec': text(LaunchConfiguration('spec'))}),
        node(
            'scheduler',
            parameters={'models_dir': text(share('models'))},
            remappings={'image_raw': 'camera/image_raw'},
        ),
    ]
