// The compiler and its settings, the same ones that foundry.toml has.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

/** What EIP-170 allows. */
export const MAX_CODE_BYTES = 24576;

const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  // no digest of the sources in the code: a comment must not change the bytecode
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
};

/** Every contract of src/ that can be deployed, by name. Throws what the compiler says of ours, warnings included. */
export function compile(root) {
  const solc = createRequire(path.join(root, 'package.json'))('solc');
  const files = fs.readdirSync(path.join(root, 'src')).filter((file) => file.endsWith('.sol')).sort();
  const sources = Object.fromEntries(
    files.map((file) => [`src/${file}`, { content: fs.readFileSync(path.join(root, 'src', file), 'utf8') }]));
  const found = (name) => {
    const file = path.join(root, name.startsWith('@') ? 'node_modules' : '.', name);
    return fs.existsSync(file) ? { contents: fs.readFileSync(file, 'utf8') } : { error: `no ${name}` };
  };
  const input = { language: 'Solidity', sources, settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: found }));
  const said = (output.errors ?? [])
    .filter((error) => error.severity === 'error' || !error.sourceLocation?.file.startsWith('@'))
    .map((error) => error.formattedMessage)
    .join('\n');
  if (said) throw new Error(said);
  return Object.keys(sources)
    .flatMap((file) => Object.entries(output.contracts[file] ?? {}))
    .filter(([, contract]) => contract.evm.deployedBytecode.object !== '')
    .map(([name, contract]) => ({
      name,
      abi: contract.abi,
      bytecode: contract.evm.bytecode.object,
      size: contract.evm.deployedBytecode.object.length / 2,
    }))
    .filter(({ abi }) => abi.some((entry) => entry.type === 'function'))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
