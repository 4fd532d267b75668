// GAS.md from what forge measured.

/** What the contracts that these learnt from were measured to take, the same way: whole transactions, no fee for an L1. */
const REFERENCE = {
  'node: join, first of a run': '78,200, checking the invite alone',
  'poster: post a root, first': '71,139',
  'poster: post a root, later': '36,951',
  'anyone: first claim of an account, one of 1,000': '89,300',
  'anyone: later claim of an account, one of 100,000': '60,400',
  'anyone: later claim of an account, one of 1,000,000': '62,700',
};

const number = (value) => Number(value).toLocaleString('en-US', { maximumFractionDigits: 3 });

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function gasReport(measured) {
  const actions = Object.entries(measured)
    .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([action, gas]) => [action, number(gas), REFERENCE[action] ?? '']);
  const root = Number(measured['poster: post a root, later']);
  const many = Number(measured['anyone: first claims of 50 accounts at once, of 1,000,000']);
  const recipients = [
    ['root for 1,000 accounts', number(root / 1_000), '37'],
    ['root for 100,000 accounts', number(root / 100_000), '0.37'],
    ['root for 1,000,000 accounts', number(root / 1_000_000), '0.037'],
    ['first claim, 50 accounts in one transaction', number(many / 50), ''],
    ['for comparison, a transfer to each', '', '56,389, then 39,289'],
    ['for comparison, transfers to 200 in one transaction', '', '26,601, then 9,501'],
    ['for comparison, a credit to each of 200, taken later', '', '23,469, then 6,369'],
  ];
  return `# Gas

Written by \`node scripts/test.mjs --write\`, compared by \`node scripts/test.mjs\`. Each figure is a whole transaction, its 21,000 and its
bytes included; a rollup's fee for its L1 comes on top. The right column is what the reference was measured to take. A root costs
more here for the window, the role, the pause, the order of epochs and the cover by funds, a claim for the sum that cannot exceed
them, and joining for everything beside the invite: the run, its places, the node's state and its provider's.

## Per recipient

${table(['way', 'gas', 'reference'], recipients)}

## Per action

${table(['action', 'gas', 'reference'], actions)}
`;
}
