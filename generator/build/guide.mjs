// The prose of the site: Markdown → pages, beforehand, so that the command needs no Markdown. Some of it also stands where people look for
// it in the repository, and is taken from there. What cannot be right on the site ends the build: markup, a link that leads out of it
// other than to the web, a picture that is none of ours.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Marked } from "marked";

const own = "templates/site/pages";
/**
 * In the order in which the guide lists them; `section` is one part of a longer text, `also` one that is added. Below a text that describes an
 * entry of the package stands what that exports: `exports: "all"`, or `"names"` below each section.
 */
const sources = [
  { name: "index", file: `${own}/index.md` },
  { name: "release-and-acquire", file: `${own}/release-and-acquire.md` },
  {
    name: "coming-from",
    file: `${own}/coming-from.md`,
    also: { file: "chips/README.md", section: "One word, several meanings" },
  },
  { name: "questions", file: `${own}/questions.md` },
  { name: "use-a-fence", file: `${own}/use-a-fence.md` },
  { name: "in-tock", file: `${own}/in-tock.md` },
  { name: "with-a-hal", file: `${own}/with-a-hal.md` },
  { name: "review-a-diff", file: `${own}/review-a-diff.md` },
  { name: "prove-a-fence", file: `${own}/prove-a-fence.md` },
  { name: "sources-of-facts", file: `${own}/sources-of-facts.md` },
  { name: "commands", file: `${own}/commands.md` },
  { name: "stability", file: `${own}/stability.md` },
  { name: "simulator", file: `${own}/simulator.md` },
  { name: "test-your-driver", file: "chips/test-your-driver.md" },
  { name: "for-emulator-authors", file: `${own}/for-emulator-authors.md` },
  { name: "when-two-branches-meet", file: "chips/README.md", section: "When two branches meet" },
  { name: "api", file: `${own}/api.md`, exports: "names" },
  { name: "api-runtime", file: `${own}/api.md`, section: "fencegen/runtime", exports: "all" },
  { name: "api-simulator", file: `${own}/api.md`, section: "fencegen/simulator", exports: "all" },
  { name: "api-vitest", file: `${own}/api.md`, section: "fencegen/vitest", exports: "all" },
  { name: "api-fast-check", file: `${own}/api.md`, section: "fencegen/fast-check", exports: "all" },
  { name: "api-chips", file: `${own}/api.md`, section: "fencegen/chips", exports: "all" },
];

/**
 * @param root the folder of the repository
 * @param isCode whether a text is the code of a diagnostic, which has a place on the page of codes
 * @param api what the library exports (`api.mjs`)
 * @returns `{ name, title, sections: { id, title }[], content }`; title and content are HTML
 */
export function guidePages(root, isCode, api) {
  const read = (file) => readFileSync(join(root, file), "utf8");
  return sources.map(({ name, file, section, also, exports }) => {
    const text = section ? `# ${section}\n${sectionOf(read(file), section)}` : read(file);
    const more = also ? `\n## ${also.section}\n${sectionOf(read(also.file), also.section)}` : "";
    const whole = exports ? withExports(text, exports, api) : text;
    const hrefOf = exports ? api.hrefOf : () => undefined;
    return page(name, `${whole}${more}`, { root, folder: dirname(file), read, isCode, hrefOf });
  });
}

/** A text on entries of the package, with what they export. */
function withExports(text, how, api) {
  if (how === "names") {
    const [head, ...sections] = text.split(/^(?=## fencegen\/)/m);
    return [head, ...sections.map((each) => withNames(each, api))].join("");
  }
  const [, from] = /^# (.*)$/m.exec(text);
  if (from !== "fencegen/chips") return `${text}\n\n${api.pageOf(from)}\n`;
  // Of the classes of chips, which are alike, the one that the text imports.
  const [, shown] = /import \{ (\w+) \}/.exec(text);
  return `${text}\n\n## A class\n\n${api.classOf(shown)}\n\n## All classes\n\n${api.listOf(from)}\n`;
}

function withNames(section, api) {
  const [, from] = /^## (.*)$/m.exec(section);
  const page = `[The page of ${from}](${sources.find((each) => each.section === from).name}.html)`;
  return `${section.trimEnd()}\n\n${from === "fencegen/chips" ? page : `${page}:\n\n${api.listOf(from)}`}\n\n`;
}

/** What stands below a heading of the second level. */
function sectionOf(text, title) {
  const [, ...sections] = text.split(/^## /m);
  const [found] = sections.filter((each) => each.startsWith(`${title}\n`));
  if (!found) throw new Error(`there is no section "${title}"`);
  return found.slice(title.length + 1);
}

function page(name, text, { root, folder, read, isCode, hrefOf }) {
  let title = "";
  let isHeading = false;
  const sections = [];
  const ids = new Map();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: words }) {
        isHeading = true;
        const inner = this.parser.parseInline(tokens);
        isHeading = false;
        if (depth === 1) {
          title = inner;
          return "";
        }
        const id = slug(words, ids);
        if (depth === 2) sections.push({ id, title: inner });
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`;
      },
      // A listing may be wider than its page, and is then scrolled by the keyboard as well.
      // A file behind the name of the language is shown as it stands in the repository.
      code({ text: lines, lang = "" }) {
        const [, file] = lang.split(" ");
        const text = escaped(file ? read(file).trimEnd() : lines);
        const linked = text.replace(/(?<![\w"&.#])[A-Z]\w+\b(?!["\w])/g, (word) => linkedTo(hrefOf(word), word));
        return `<pre tabindex="0"><code>${linked}</code></pre>\n`;
      },
      codespan({ text: words }) {
        // Long names may be broken behind an underscore and nowhere else.
        const code = `<code>${escaped(words).replace(/_(?=.)/g, "_<wbr>")}</code>`;
        if (isHeading) return code;
        return isCode(words) ? linkedTo(`codes.html#${anchorOf(words)}`, code) : linkedTo(hrefOf(words), code);
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const to = target(href, name, root, folder);
        return to === undefined ? words : `<a href="${escaped(to)}">${words}</a>`;
      },
      image({ href, text: words }) {
        if (!/^[a-z-]+\.svg$/.test(href)) throw new Error(`${name}: the picture ${href} is none of ours`);
        const picture = read(join(folder, href)).trim();
        return `<span class="picture" tabindex="0" role="region" aria-label="${escaped(words)}">${picture}</span>`;
      },
      table({ header, rows }) {
        const cells = (row, of) => row.map((cell, at) => of(this.parser.parseInline(cell.tokens), at)).join("");
        const head = cells(header, (inner) => `<th scope="col">${inner}</th>`);
        const first = (inner, at) => (at === 0 ? `<th scope="row">${inner}</th>` : `<td>${inner}</td>`);
        const body = rows.map((row) => `<tr>${cells(row, first)}</tr>`).join("\n");
        const label = header.map((cell) => cell.text).join(", ");
        return `<div class="scroll card" tabindex="0" role="region" aria-label="${escaped(label)}">
<table class="data"><thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>\n`;
      },
      html({ text: words }) {
        throw new Error(`${name}: markup is not taken from Markdown: ${words}`);
      },
    },
  });
  const content = marked.parse(text);
  if (title === "") throw new Error(`${name} has no title`);
  return { name, title, sections, content };
}

function linkedTo(href, inner) {
  return href === undefined ? inner : `<a href="${href}">${inner}</a>`;
}

/** `rule/unknown-memory` → `rule-unknown-memory`, as `generator/site/pages/codes-page.ts` calls the place. */
function anchorOf(code) {
  return code.replace("/", "-");
}

/** Where a link leads on the site; undefined for a file of the repository that is not there. */
function target(href, name, root, folder) {
  const [path, anchor] = href.split("#");
  const at = anchor === undefined ? "" : `#${anchor}`;
  if (/^https:\/\//.test(href) || path === "") return href;
  // Another page of the site.
  if (/^(\.\.\/(fence\/)?)?[A-Za-z0-9-]+\.html$/.test(path)) return href;
  const named = /^([a-z-]+)\.md$/.exec(path)?.[1];
  if (sources.some((each) => each.name === named)) return `${named}.html${at}`;
  const file = join(folder, path);
  if (!existsSync(join(root, file))) throw new Error(`${name}: ${href} is nothing on the site or in the repository`);
  const page = sources.find(
    (each) => each.file === file && (each.section ? slug(each.section, new Map()) === anchor : true),
  );
  return page && `${page.name}.html${page.section ? "" : at}`;
}

/** As GitHub makes them. */
function slug(words, ids) {
  const base = words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
  const count = ids.get(base) ?? 0;
  ids.set(base, count + 1);
  return count === 0 ? base : `${base}-${count}`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
