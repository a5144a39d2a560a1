"""Runs rclnodejs' message parser for one request after the other: a line of JSON in (its arguments), a line of JSON out.

rclnodejs starts a Python per message file, all at once: minutes of CPU time and gigabytes of memory on a small robot.
"""
import contextlib
import io
import json
import runpy
import sys

for line in sys.stdin:
    sys.argv = json.loads(line)
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            runpy.run_path(sys.argv[0], run_name='__main__')
            code = 0
        except SystemExit as end:
            code = end.code
    print(json.dumps({'code': code, 'output': output.getvalue(), 'errors': errors.getvalue()}), flush=True)
