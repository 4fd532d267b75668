// Compiles src/*.sol and writes abi/<Contract>.abi and bin/<Contract>.bin; with --check it changes nothing and fails on a difference.
import fs from 'node:fs';
import path from 'node:path';
import { compile, MAX_CODE_BYTES } from './scripts/solc.mjs';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const check = process.argv.includes('--check');

const wanted = new Map();
for (const { name, abi, bytecode, size } of compile(here)) {
  if (size > MAX_CODE_BYTES) {
    throw new Error(`${name} has ${size} bytes of code, more than the ${MAX_CODE_BYTES} a chain takes`);
  }
  wanted.set(`abi/${name}.abi`, `${JSON.stringify(abi, null, 1)}\n`);
  // no line end: what reads hexadecimal text stumbles over one
  wanted.set(`bin/${name}.bin`, bytecode);
  if (!check) console.log(`${name}: ${size} bytes`);
}

const present = ['abi', 'bin'].flatMap((folder) =>
  fs.existsSync(path.join(here, folder)) ? fs.readdirSync(path.join(here, folder)).map((file) => `${folder}/${file}`) : []);
const surplus = present.filter((file) => !wanted.has(file));
const different = [...wanted].filter(([file, text]) =>
  !present.includes(file) || fs.readFileSync(path.join(here, file), 'utf8') !== text).map(([file]) => file);

if (check) {
  for (const file of different) console.log(`not what the sources compile to: contracts/${file}`);
  for (const file of surplus) console.log(`of no source: contracts/${file}`);
  process.exitCode = different.length + surplus.length > 0 ? 1 : 0;
} else {
  for (const file of surplus) fs.rmSync(path.join(here, file));
  for (const file of different) {
    fs.mkdirSync(path.dirname(path.join(here, file)), { recursive: true });
    fs.writeFileSync(path.join(here, file), wanted.get(file));
  }
}
