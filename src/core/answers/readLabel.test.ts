import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLabel, readYesNo } from './readLabel.ts';

function label(answer: string, labels: readonly string[]): string | undefined {
  const reading = readLabel(answer, labels);
  return 'label' in reading ? reading.label : undefined;
}

test('the first word decides', () => {
  for (const answer of ['Yes', 'yes, it is', '**Yes**: because', '"Yes."', ' YES\n', 'Yes. No doubt.']) {
    assert.deepEqual(readYesNo(answer), { label: 'Yes' }, answer);
  }
  assert.deepEqual(readYesNo('No, although yes for some'), { label: 'No' });
});

test('anything else in front is no label', () => {
  for (const answer of ['Answer: Yes', 'It depends', 'Yesterday', 'Not at all', 'None', '']) {
    assert.ok('problem' in readYesNo(answer), answer);
  }
  const reading = readYesNo('Maybe so');
  assert.ok('message' in reading && reading.message === 'the answer begins with "Maybe" and not with Yes or No');
});

test('any set of labels works, the longest that fits counts', () => {
  const labels = ['Physics', 'Physics education', 'C', 'C++', 'Not known'];
  assert.equal(label('physics education, since', labels), 'Physics education');
  assert.equal(label('Physics – since', labels), 'Physics');
  assert.equal(label('C++: since', labels), 'C++');
  assert.equal(label('not known', labels), 'Not known');
  assert.equal(label('Chemistry', labels), undefined);
});
