import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../src/render-markdown.ts";

const links = {
  ofWikiLink: (target: string) => (target === "Known page" ? "/page/known.md" : undefined),
  ofMarkdownLink: (target: string) => (/^https?:/.test(target) ? target : undefined),
};
const bodyOf = (text: string): string => String(renderMarkdown(text, links).body);

describe("a page can do nothing but be read", () => {
  test.each([
    ["a script", "<script>alert(1)</script>"],
    ["a script inside a sentence", "Words <script>alert(1)</script> words."],
    ["an event", 'Words <img src="x" onerror="alert(1)"> words.'],
    ["a frame", "<iframe src=http://x.test></iframe>\n\nwords"],
    ["a link to a script", "[words](javascript:alert(1))"],
    ["a link to a script in capitals", "[words](JaVaScRiPt:alert(1))"],
    ["a link to a script, written with an entity", "[words](java&#115;cript:alert(1))"],
    ["a link to data", "[words](data:text/html,<script>alert(1)</script>)"],
    ["a link by reference", "[words][x]\n\n[x]: javascript:alert(1)"],
    ["an automatic link", "<javascript:alert(1)>"],
    ["an image", "![words](http://x.test/a.png)"],
    ["an image whose text has a quote", '![" onerror="alert(1)](http://x.test/a.png)'],
    ["a link with a quote", '[words](http://x.test/"onclick="alert(1))'],
    ["a link with a title", '[words](http://x.test "\\" onclick=alert(1)")'],
    ["a heading", '# words" onclick="alert(1)'],
    ["a footnote's id", 'Words[^"onclick="alert(1)].'],
    ["a page's name", '[[" onclick="alert(1)|words]]'],
    ["a language of code", '```"onclick="alert(1)\ncode\n```'],
    ["a table", "| a |\n| - |\n| <script>alert(1)</script> |"],
    ["a style", "<style>*{display:none}</style>"],
    ["a form", "<form action=http://x.test><button>words</button></form>"],
  ])("%s", (_, text) => {
    expect(forbidden(bodyOf(text))).toEqual([]);
  });

  test("whatever its characters are", () => {
    const part = fc.constantFrom(
      ..."<>\"'()[]!&;:/\\|`*_#^-=\n \t".split(""),
      ..."script javascript: onerror= href data: a [^s1] [[Known page]] http://x.test <b> </b> <!-- -->".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(forbidden(bodyOf(parts.join("")))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

test("links lead where they may", () => {
  expect(bodyOf("[[Known page|words]] [[Other]] [site](https://x.test/?a=1&b=2)")).toBe(
    '<p><a href="/page/known.md">words</a> <span class="no-target">Other</span> <a href="https://x.test/?a=1&amp;b=2" rel="noreferrer noopener">site</a></p>\n',
  );
});

test("code keeps what looks like a link or a footnote", () => {
  expect(bodyOf("`[[Known page]] [^s1]`\n\n    [^s1]: no footnote")).toBe(
    '<p><code>[[Known page]] [^s1]</code></p>\n<pre tabindex="0"><code>[^s1]: no footnote\n</code></pre>\n',
  );
});

test("footnotes stand apart from the body, each with all of its lines", () => {
  const text =
    "One.[^a] Two.[^a] Three.[^b]\n\n[^a]: A *note*\n    on two lines.\n[^b]: Another.\n\nThe end.";
  const { body, footnotes } = renderMarkdown(text, links);
  expect(String(body)).toBe(
    '<p>One.<sup id="fn-a-ref-1"><a href="#fn-a">a</a></sup> Two.<sup id="fn-a-ref-2"><a href="#fn-a">a</a></sup> Three.<sup id="fn-b-ref-1"><a href="#fn-b">b</a></sup></p>\n<p>The end.</p>\n',
  );
  expect(footnotes.map(({ id, content }) => [id, String(content)])).toEqual([
    ["a", "A <em>note</em> on two lines."],
    ["b", "Another."],
  ]);
});

/** Elements and attributes that a page must not bring, as a parser of HTML finds them. */
function forbidden(markup: string): readonly string[] {
  const tags = [
    ...markup.matchAll(/<([a-zA-Z!/?][^\s/>]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g),
  ];
  const allTags = markup.match(/<[a-zA-Z!?/]/g) ?? [];
  const wrong = tags.flatMap(([whole, name = "", attributes = ""]) => {
    const isKnown = known.has(name.replace("/", ""));
    const pairs = [...attributes.matchAll(/\s+([^\s=]+)(?:="([^"]*)")?/g)];
    const bad = pairs.filter(
      ([, key = "", value = ""]) =>
        ![
          "href",
          "id",
          "rel",
          "class",
          "tabindex",
          "start",
          "type",
          "checked",
          "disabled",
        ].includes(key) ||
        (key === "href" && !/^(?:https?:|\/page\/|#)/.test(value)),
    );
    return isKnown && bad.length === 0 ? [] : [whole];
  });
  return tags.length === allTags.length ? wrong : [...wrong, `a tag that is not whole: ${markup}`];
}

const known = new Set(
  "p a span sup em strong del code pre h1 h2 h3 h4 h5 h6 ul ol li input blockquote hr br div table thead tbody tr th td".split(
    " ",
  ),
);
