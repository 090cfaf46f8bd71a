/** Writes what the code says into the marked parts of a page; what stands around them is written by hand. */
import { format, resolveConfig } from 'prettier';

const MARKED = /<!-- generated: (?<name>[^>]+?) -->(?<text>[\s\S]*?)<!-- end -->/gu;

/** Names of the marked parts of a page. */
export function sectionNames(text: string): readonly string[] {
  return [...text.matchAll(MARKED)].map(({ groups }) => groups?.['name'] ?? '');
}

/**
 * The page with its marked parts made anew, formatted as the repository formats Markdown.
 *
 * @throws Error for a mark whose name no section has
 */
export async function fillSections(path: string, text: string, sections: ReadonlyMap<string, string>): Promise<string> {
  const filled = text.replaceAll(MARKED, (_whole, name: string) => {
    const section = sections.get(name);
    if (section === undefined) throw new Error(`${path}: there is no section “${name}” to fill in`);
    return `<!-- generated: ${name} -->\n\n${section}\n\n<!-- end -->`;
  });
  return format(filled, { ...(await resolveConfig(path)), filepath: path });
}
