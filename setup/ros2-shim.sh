#!/bin/sh
# Stands for the ros2 command where ROS 2 comes from wheels, which carry no ros2cli: "ros2 run <package> <executable> [args]".
if [ "${1:-}" = run ] && [ $# -ge 3 ]; then
  package=$2 executable=$3
  shift 3
  IFS=:
  for prefix in ${AMENT_PREFIX_PATH:-}; do
    program=$prefix/lib/$package/$executable
    [ -x "$program" ] && exec "$program" "$@"
  done
  echo "ros2 run: no executable \"$executable\" of package \"$package\" in AMENT_PREFIX_PATH" >&2
  exit 1
fi
echo 'ros2: this ROS 2 comes from Python wheels, which carry no ros2cli; here only "ros2 run <package> <executable> [args]" works.' >&2
echo 'For the rest install ROS 2 itself (https://docs.ros.org) and source it before ./trimtab.' >&2
exit 2
