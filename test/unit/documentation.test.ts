import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commandTable.ts';
import { readOptions } from '../../src/cli/options.ts';
import { parseEndpoints } from '../../src/core/endpoints/profileFile.ts';
import type { PlanContext } from '../../src/core/pipeline/planPipeline.ts';
import * as library from '../../src/core/index.ts';
import { STEP_KINDS } from '../../src/core/pipeline/pipelineSchema.ts';
import { parseTemplate } from '../../src/core/prompts/parseTemplate.ts';
import { anchors, codeBlocks, commandLines, links, prose } from '../docs/examples.ts';
import { exampleContext, pipelineProblems, wholePipeline, writeExampleFiles } from '../docs/exampleWorkspace.ts';
import { fillSections, sectionNames } from '../docs/fillSections.ts';
import { documentationPages } from '../docs/pages.ts';
import { documentationSections } from '../docs/sections.ts';
import { root } from '../support/machine.ts';

const pages = await Promise.all(
  (await documentationPages()).map(async (path) => ({
    path,
    name: relative(root, path),
    text: await readFile(path, 'utf8'),
  })),
);

describe('documentation', () => {
  let folder = '';
  let context: PlanContext;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openline-docs-'));
    await writeExampleFiles(folder);
    context = await exampleContext(folder);
  });
  after(() => rm(folder, { recursive: true }));

  it('has what the code says now (npm run docs)', async () => {
    const sections = await documentationSections();
    const shown = new Set(pages.flatMap(({ text }) => sectionNames(text)));
    for (const name of sections.keys()) assert.ok(shown.has(name), `no page has the section “${name}”`);
    for (const { path, name, text } of pages) {
      assert.ok((await fillSections(path, text, sections)) === text, `${name} is out of date: npm run docs`);
    }
  });

  it('explains every step under a heading of its own', () => {
    const steps = pages.find(({ name }) => name === join('docs', 'steps.md'));
    const found = anchors(steps?.text ?? '');
    for (const kind of STEP_KINDS) assert.ok(found.includes(kind), `docs/steps.md: no heading ${kind}`);
  });

  for (const { path, name, text } of pages) {
    for (const block of codeBlocks(text).filter(({ language }) => language === 'yaml')) {
      it(`${name}:${block.line}: the example can be used as it stands`, async () => {
        const value: unknown = parse(block.text);
        if (typeof value === 'object' && value !== null && 'endpoints' in value) {
          assert.ok(parseEndpoints(name, block.text).length > 0);
          return;
        }
        const pipeline = wholePipeline(block.text);
        assert.ok(pipeline !== undefined, 'it is no pipeline, no steps, no keys of a pipeline and no endpoints');
        assert.deepEqual(await pipelineProblems(pipeline, context), []);
      });
    }

    for (const block of codeBlocks(text).filter(({ language }) => language === 'markdown')) {
      it(`${name}:${block.line}: the template can be used as it stands`, () => {
        const { placeholders } = parseTemplate(block.text, { id: 'example', source: name });
        assert.ok(placeholders.length > 0);
      });
    }

    for (const block of codeBlocks(text).filter(({ language }) => language === 'ts')) {
      it(`${name}:${block.line}: the library has what the example imports`, () => {
        const imported = /^import \{ (?<names>[^}]+) \} from 'openline';$/mu.exec(block.text)?.groups?.['names'];
        assert.ok(imported !== undefined, 'it imports nothing');
        for (const imports of imported.split(', ')) assert.ok(imports in library, `there is no ${imports}`);
      });
    }

    it(`${name}: every command exists, with its options`, () => {
      for (const [, command = '', ...rest] of commandLines(text)) {
        if (command === 'help') continue;
        const known = COMMANDS[command];
        assert.ok(known !== undefined, `there is no command openline ${command}`);
        // An option that is only named, not used, stands without its value.
        const given = rest.filter((word) => !word.endsWith('…'));
        const isNamed = given.length === 1 && given[0]?.startsWith('--') === true;
        if (isNamed) assert.ok([...known.options, 'json', 'help'].some((option) => `--${option}` === given[0]));
        else readOptions(given, known.options);
      }
    });

    it(`${name}: every link leads somewhere`, async () => {
      for (const target of links(text).filter((link) => !/^[a-z]+:/u.test(link))) {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : resolve(dirname(path), file);
        await access(linked).catch(() => assert.fail(`${target}: there is no such file`));
        if (anchor === undefined) continue;
        assert.ok(anchors(await readFile(linked, 'utf8')).includes(anchor), `${target}: there is no such heading`);
      }
    });

    it(`${name}: every npm script and every command of VS Code exists`, async () => {
      const [manifest, words] = await Promise.all([
        readFile(join(root, 'package.json'), 'utf8'),
        readFile(join(root, 'package.nls.json'), 'utf8'),
      ]);
      for (const [, script = ''] of text.matchAll(/\bnpm run (?<script>[a-z:]+)/gu)) {
        assert.ok(manifest.includes(`"${script}": "`), `there is no npm run ${script}`);
      }
      for (const [, title = ''] of prose(text).matchAll(/\*\*Openline: (?<title>[^*]+)\*\*/gu)) {
        assert.ok(words.includes(`: "${title}"`), `there is no command Openline: ${title}`);
      }
    });
  }

  it('names functions and errors that the library has', () => {
    const page = pages.find(({ name }) => name === join('docs', 'library.md'));
    const verbs = 'generate|revise|classify|convert|rewrite|run|query|parse|read|prepare|export|open';
    const words = [...(page?.text ?? '').matchAll(/`(?<word>\w+)[`(]/gu)].map(({ groups }) => groups?.['word'] ?? '');
    const named = words.filter((word) => new RegExp(`^(?:(?:${verbs})[A-Z]\\w*|\\w+Error)$`, 'u').test(word));
    assert.ok(named.length > 20);
    for (const word of named) assert.ok(word in library, `docs/library.md: there is no ${word}`);
  });

  it('is reached from the README, page by page', () => {
    const readme = links(pages[0]?.text ?? '').map((link) => link.split('#')[0]);
    for (const { name } of pages.slice(1)) assert.ok(readme.includes(name.replaceAll('\\', '/')), `no link to ${name}`);
  });
});
