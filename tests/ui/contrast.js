// Every visible text of the page with its contrast, as WCAG 2.2 reckons it (1.4.3): what is below AA is given back.
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
  const luminance = colour => {
    const [r, g, b] = colour.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const chain = element => {
    const found = [];
    for (let e = element; e; e = e.parentElement) found.unshift(e);
    return found;
  };
  // The colour behind and of a text: each layer is painted over the ones outside it.
  const colours = element => {
    let behind = [255, 255, 255], opacity = 1;
    for (const e of chain(element)) {
      const style = getComputedStyle(e);
      opacity *= parseFloat(style.opacity);
      const [r, g, b, a] = rgba(style.backgroundColor);
      behind = over([r, g, b, a * opacity], behind);
    }
    const style = getComputedStyle(element);
    const [r, g, b, a] = rgba(element instanceof SVGElement ? style.fill : style.color);
    return [over([r, g, b, a * opacity], behind), behind];
  };
  const low = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    if (!text || element.closest('script, style, noscript, [disabled], [aria-disabled=true], [aria-hidden=true], #sk-say')) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (element.closest('label')?.querySelector(':disabled')) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    const [front, behind] = colours(element);
    const [light, dark] = [luminance(front), luminance(behind)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    count++;
    if (ratio < (isLarge ? 3 : 4.5)) low.push([text.slice(0, 40), element.className, Math.round(ratio * 100) / 100]);
  }
  return {count, low};
}
