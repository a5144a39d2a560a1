// Makes rclnodejs' JavaScript message classes: generate-classes.cjs <folder of rclnodejs>.
// rclnodejs' own program also makes TypeScript declarations, which nothing here reads, and exits with 0 when it failed.
'use strict';

const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const [, , rclnodejs] = process.argv;
const parser = require(join(rclnodejs, 'rosidl_parser', 'rosidl_parser.cjs'));
const generator = require(join(rclnodejs, 'rosidl_gen', 'index.cjs'));

const python = spawn('python3', [join(__dirname, 'parse-messages.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const waiting = [];

createInterface({ input: python.stdout }).on('line', (line) => {
  const { done, fail, filePath } = waiting.shift();
  const { code, output, errors } = JSON.parse(line);
  if (code === 0) done(parser._parseJSONObject(output));
  else fail(new Error(`${filePath}: ${errors}`));
});
python.on('error', (error) => fail(error));
python.on('close', () => {
  if (waiting.length > 0) fail(new Error('the message parser (python3) ended early'));
});

parser._parseFile = (command, packageName, filePath) =>
  new Promise((done, fail) => {
    waiting.push({ done, fail, filePath });
    python.stdin.write(
      `${JSON.stringify([join(rclnodejs, 'rosidl_parser', 'parser.py'), command, packageName, filePath])}\n`,
    );
  });

function fail(error) {
  console.error(error);
  process.exit(1);
}

generator.generateAll(true).then(() => python.stdin.end(), fail);
