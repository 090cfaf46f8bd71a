/** The gallery of recipes: what each makes, an example, its steps; and a new pipeline of the one that is chosen. */
import * as z from 'zod/mini';
import {
  readGalleryAnswer,
  readGalleryState,
  readToGallery,
  type GalleryAnswers,
  type GalleryHostAnswers,
  type GalleryRecipe,
  type GalleryStart,
  type ToGallery,
  type ToGalleryHost,
} from '../../src/protocol/gallery.ts';
import { DisposedError, Messenger } from '../../src/protocol/messenger.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, registerControls } from '../ui/toolkit.ts';
import { createWording, type Wording } from '../ui/wording.ts';
import { drawRecipe } from './recipeView.ts';
import './gallery.css';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

type Host = Messenger<ToGallery, GalleryAnswers, ToGalleryHost, GalleryHostAnswers>;

class Gallery {
  readonly #api: EditorApi;
  readonly #host: Host;
  readonly #words: Wording;
  readonly #recipes: readonly GalleryRecipe[];
  readonly #search = element('input');
  readonly #list = element('ul', { class: 'recipes' });
  readonly #found = element('p', { class: 'muted', role: 'status' });
  readonly #detail = element('div', { class: 'recipe' });
  readonly #name = element('input');
  readonly #problem = element('p', { class: 'error', role: 'alert' });
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #chosen: GalleryRecipe | undefined;
  /** A name of the person's own stays when another recipe is looked at. */
  #isNamed = false;

  constructor(api: EditorApi, host: Host, words: Wording, recipes: readonly GalleryRecipe[], root: HTMLElement) {
    this.#api = api;
    this.#host = host;
    this.#words = words;
    this.#recipes = recipes;
    const { t } = words;
    this.#search.type = 'text';
    this.#search.placeholder = t('Search recipes');
    this.#search.setAttribute('aria-label', t('Search recipes'));
    this.#search.addEventListener('input', () => this.#filter());
    this.#list.append(...recipes.map((recipe) => element('li', {}, this.#button(recipe))));
    this.#list.setAttribute('aria-label', t('Recipes'));
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    const ask = element('button', { class: 'link', text: t('answer a few questions instead') });
    ask.type = 'button';
    ask.addEventListener('click', () => this.#tell({ type: 'ask' }));
    const intro = element('p', { class: 'muted' }, document.createTextNode(`${t('Choose what to make, or')} `), ask);
    const header = element('header', {}, element('h1', { text: t('What data do you want to make?') }), intro);
    const side = element('nav', { class: 'side' }, this.#search, this.#found, this.#list);
    side.setAttribute('aria-label', t('Recipes'));
    const right = element('div', { class: 'right' }, this.#detail, this.#makeForm());
    root.replaceChildren(header, element('div', { class: 'parts' }, side, right));
    const kept = readGalleryState(api.getState())?.recipe;
    const first = recipes.find(({ id }) => id === kept) ?? recipes[0];
    if (first !== undefined) this.#choose(first);
    this.#filter();
  }

  #button(recipe: GalleryRecipe): HTMLButtonElement {
    const button = element(
      'button',
      { class: 'entry' },
      element('span', { class: 'entry-title', text: recipe.title }),
      element('span', { class: 'entry-text', text: recipe.description }),
    );
    button.type = 'button';
    button.tabIndex = -1;
    button.addEventListener('click', () => this.#choose(recipe));
    this.#buttons.set(recipe.id, button);
    return button;
  }

  #makeForm(): HTMLElement {
    const { t } = this.#words;
    this.#name.type = 'text';
    this.#name.id = 'name';
    this.#name.autocomplete = 'off';
    this.#name.spellcheck = false;
    this.#name.addEventListener('input', () => {
      this.#isNamed = true;
      this.#showProblem('');
    });
    const label = element('label', { class: 'field-name', text: t('Name') });
    label.htmlFor = this.#name.id;
    const create = createButton({
      label: t('Create Pipeline'),
      icon: 'add',
      look: 'primary',
      onClick: () => this.#create(),
    });
    this.#name.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#create();
    });
    const row = element('div', { class: 'field-row' }, this.#name, create);
    this.#problem.id = 'name-problem';
    this.#name.setAttribute('aria-describedby', this.#problem.id);
    this.#showProblem('');
    return element('div', { class: 'create' }, label, row, this.#problem);
  }

  #choose(recipe: GalleryRecipe): void {
    this.#chosen = recipe;
    this.#api.setState({ recipe: recipe.id });
    for (const [id, button] of this.#buttons) {
      button.classList.toggle('chosen', id === recipe.id);
      if (id === recipe.id) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      button.tabIndex = id === recipe.id ? 0 : -1;
    }
    this.#detail.replaceChildren(...drawRecipe(this.#words, recipe));
    if (!this.#isNamed) this.#name.value = recipe.name;
    this.#showProblem('');
  }

  #filter(): void {
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    const shown = this.#recipes.filter(({ id, title, description }) =>
      `${id}\n${title}\n${description}`.toLocaleLowerCase().includes(wanted),
    );
    for (const [id, button] of this.#buttons) {
      const item = button.parentElement;
      if (item !== null) setHidden(item, !shown.some((recipe) => recipe.id === id));
    }
    const { t, number } = this.#words;
    setText(
      this.#found,
      wanted === '' ? '' : t('{0} of {1} recipes', number(shown.length), number(this.#recipes.length)),
    );
    const [first] = shown;
    const isChosenShown = shown.some(({ id }) => id === this.#chosen?.id);
    if (!isChosenShown && first !== undefined) this.#choose(first);
  }

  #onKey(event: KeyboardEvent): void {
    const shown = this.#recipes.filter(({ id }) => this.#buttons.get(id)?.parentElement?.hidden === false);
    const at = shown.findIndex(({ id }) => id === this.#chosen?.id);
    const last = shown.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    const recipe = to === undefined ? undefined : shown[to];
    if (recipe === undefined) return;
    event.preventDefault();
    this.#choose(recipe);
    this.#buttons.get(recipe.id)?.focus();
  }

  #create(): void {
    const recipe = this.#chosen;
    if (recipe === undefined) return;
    this.#host
      .request({ type: 'create', recipe: recipe.id, name: this.#name.value })
      .then((problem) => this.#showProblem(problem ?? ''))
      .catch((error: unknown) => {
        if (!(error instanceof DisposedError))
          this.#showProblem(error instanceof Error ? error.message : String(error));
      });
  }

  #tell(message: Extract<ToGalleryHost, { type: 'ask' }>): void {
    this.#host.request(message).catch((error: unknown) => {
      if (!(error instanceof DisposedError)) console.error(error);
    });
  }

  #showProblem(text: string): void {
    setText(this.#problem, text);
    setHidden(this.#problem, text === '');
    this.#name.setAttribute('aria-invalid', String(text !== ''));
  }
}

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToGallery,
    readAnswer: readGalleryAnswer,
    handlers: { none: () => undefined },
    onError: (error) => {
      console.error(error);
    },
  });
  const { recipes, wording, language }: GalleryStart = await host.request({ type: 'ready' });
  new Gallery(api, host, createWording(wording, language), recipes, root);
}

const root = document.getElementById('gallery');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
