import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page as it is. */
export function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (script) => {
    // The page's policy allows no script from elsewhere, nor eval; what a test evaluates is exempt.
    if (!("axe" in globalThis)) Function(script)();
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, axe);
}

/** Text that is cut, or reaches beyond the window or what it is in. */
export function cutText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = document.documentElement.scrollWidth > innerWidth ? ["the page is too wide"] : [];
    const root = document.querySelector("dialog[open]") ?? document.body;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent?.trim();
      if (!text || !parent?.checkVisibility({ visibilityProperty: true })) continue;
      if (parent.closest(".hidden, select, script, noscript")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right } = range.getBoundingClientRect();
      for (let around: Element | null = parent; around; around = around.parentElement) {
        const box = around.getBoundingClientRect();
        const isTight = around === parent || getComputedStyle(around).overflowX !== "visible";
        const isInline = getComputedStyle(around).display.startsWith("inline");
        if (isTight && !isInline && (left < box.left - 1 || right > box.right + 1))
          found.push(`“${text}” in ${around.tagName}.${around.className}`);
      }
    }
    // What is chosen must be seen as a whole, too.
    const pen = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
    for (const select of root.querySelectorAll("select")) {
      const style = getComputedStyle(select);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const arrow = 20;
      const room = select.clientWidth - 2 * Number.parseFloat(style.paddingLeft) - arrow;
      const text = select.selectedOptions[0]?.text ?? "";
      if (select.checkVisibility() && pen.measureText(text).width > room) found.push(`“${text}” in a select`);
    }
    return found;
  });
}

/** What has the focus: its name, where it is, and whether it can be seen that it has it. */
export interface Focused {
  readonly name: string;
  /** The part of the page that it is in. */
  readonly part: string;
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly isMarked: boolean;
  /** What covers it; nothing where it is seen. */
  readonly coveredBy: string;
}

export function focused(page: Page): Promise<Focused | undefined> {
  return page.evaluate(() => {
    const { activeElement: at } = document;
    if (!at || at === document.body) return undefined;
    const { left, top, width, height } = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const label = (at as HTMLInputElement).labels?.[0]?.querySelector("span")?.textContent;
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    const isSeen = over && (at.contains(over) || over.contains(at) || over.closest("label")?.contains(at));
    return {
      name: at.getAttribute("aria-label") ?? label ?? at.textContent?.trim() ?? at.tagName,
      part: at.closest(".panel, .controls, .stage, .keep, header, dialog")?.className ?? "",
      ...{ left, top: top + scrollY, height },
      isMarked: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
      coveredBy: isSeen ? "" : (over?.outerHTML.slice(0, 80) ?? "the edge of the window"),
    };
  });
}
