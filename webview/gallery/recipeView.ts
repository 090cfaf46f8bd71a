import type { GalleryRecipe } from '../../src/protocol/gallery.ts';
import { element } from '../ui/element.ts';
import { createRecordCard } from '../ui/recordCard.ts';
import { StepGraph } from '../ui/stepGraph.ts';
import type { Wording } from '../ui/wording.ts';

/** What a recipe makes: in words, as a record, as steps, and what can be set. */
export function drawRecipe(words: Wording, recipe: GalleryRecipe): readonly HTMLElement[] {
  const { t } = words;
  const graph = new StepGraph({ label: t('Steps of {0}', recipe.title), stepLabel: t('Step') });
  graph.show(recipe.steps);
  const parameters = element(
    'dl',
    { class: 'parameters' },
    ...recipe.parameters.flatMap(({ name, description }) => [
      element('dt', { text: name }),
      element('dd', { class: 'muted', text: description }),
    ]),
  );
  const more = element('details', {}, element('summary', { text: t('What can be set') }), parameters);
  return [
    element('h2', {}, document.createTextNode(recipe.title), element('span', { class: 'small', text: recipe.id })),
    element('p', { text: recipe.description }),
    element('h3', { text: t('A record') }),
    element('div', { class: 'example' }, createRecordCard(words, recipe.example)),
    element('h3', { text: t('Steps') }),
    graph.root,
    element('p', { class: 'muted', text: t('Steps with a filled dot ask a model.') }),
    more,
  ];
}
