#!/usr/bin/env node
// npm's compiler where forge looks for a native one: it asks for --version and then sends everything as standard JSON.
const fs = require('node:fs');
const solc = require('solc');

if (process.argv.includes('--version')) {
  process.stdout.write(`solc, the solidity compiler\nVersion: ${solc.version().replace('.Emscripten.clang', '.Linux.g++')}\n`);
} else {
  process.stdout.write(solc.compile(fs.readFileSync(0, 'utf8')));
}
