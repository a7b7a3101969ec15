// Pictures of charts and tables: loaded when somebody asks for one.

import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';

const SCALE = 2;
const PAD = 20;
const KEPT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap', 'opacity', 'paint-order', 'font-size', 'font-weight', 'font-family'];

/** A colour token as the page shows it now. */
function colour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function font(size: number, weight: number): string {
  return `${weight} ${size}px 'Inter Variable', system-ui, sans-serif`;
}

async function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the file could not be read'));
    reader.readAsDataURL(blob);
  });
}

function board(width: number, height: number): { canvas: HTMLCanvasElement; pen: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('the browser cannot draw a picture');
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colour('--surface');
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = 'middle';
  return { canvas, pen };
}

function finish(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be made'))), 'image/png');
  });
}

function write(pen: CanvasRenderingContext2D, text: string, x: number, y: number, size: number, weight: number, token: string, most = Infinity) {
  pen.font = font(size, weight);
  pen.fillStyle = colour(token);
  let shown = text;
  while (shown.length > 1 && pen.measureText(shown).width > most) shown = `${shown.slice(0, -2)}…`;
  pen.fillText(shown, x, y);
}

/** The chart as it looks on the page, its text set in the same type: an SVG picture may load nothing by itself. */
async function picture(svg: SVGSVGElement, width: number, height: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[svg, ...svg.querySelectorAll('*')], [copy, ...copy.querySelectorAll('*')]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of KEPT) to[i]?.setAttribute(name, style.getPropertyValue(name).replaceAll('"', "'"));
    to[i]?.removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const face = await dataUrl(await (await fetch(inter)).blob());
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = `@font-face{font-family:'Inter Variable';font-weight:100 900;src:url(${face})}`;
  copy.prepend(style);
  const image = new Image();
  image.src = await dataUrl(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
  await image.decode();
  return image;
}

interface ChartCaption {
  title: string;
  sub: string;
  source: string;
  legend: readonly { kind: string; name: string }[];
}

/** The names of the lines, from `x` on, beside short pieces of them. */
function drawLegend(pen: CanvasRenderingContext2D, legend: ChartCaption['legend'], y: number) {
  let x = PAD;
  for (const { kind, name } of legend) {
    pen.strokeStyle = colour(kind === 'bold' || kind === 'raw' ? '--accent' : kind === 'earlier' ? '--text-3' : '--text');
    pen.globalAlpha = kind === 'raw' ? 0.5 : 1;
    pen.lineWidth = kind === 'bold' ? 2.5 : kind === 'raw' ? 1 : 1.5;
    pen.setLineDash(kind === 'earlier' || kind === 'target' ? [3, 3] : []);
    if (kind === 'band') {
      pen.fillStyle = colour('--band');
      pen.fillRect(x, y - 5, 18, 10);
    } else {
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + 18, y);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    write(pen, name, x + 24, y, 11, 400, '--text-2');
    x += 24 + pen.measureText(name).width + 18;
  }
}

export async function chartPng(svg: SVGSVGElement, { title, sub, source, legend }: ChartCaption): Promise<Blob> {
  const { width, height } = svg.viewBox.baseVal;
  const image = await picture(svg, width, height);
  const full = width + 2 * PAD;
  const { canvas, pen } = board(full, height + 112);
  write(pen, title, PAD, PAD + 8, 16, 600, '--text', full - 2 * PAD);
  write(pen, sub, PAD, PAD + 30, 12, 400, '--text-2', full - 2 * PAD);
  pen.drawImage(image, PAD, PAD + 44, width, height);
  drawLegend(pen, legend, height + 84);
  write(pen, [source, 'Crosscheck'].filter(Boolean).join(' · '), PAD, height + 100, 10, 400, '--text-3', full - 2 * PAD);
  return finish(canvas);
}

/** Charts of one size beside each other, each under its name. */
export async function gridPng(svgs: readonly SVGSVGElement[], names: readonly { name: string; note: string }[], { title, sub, source, legend }: ChartCaption): Promise<Blob> {
  const { width, height } = svgs[0]?.viewBox.baseVal ?? { width: 300, height: 130 };
  const columns = Math.min(svgs.length, Math.max(1, Math.floor(1_300 / (width + PAD))));
  const lines = Math.ceil(svgs.length / columns);
  const cell = height + 34;
  const full = Math.max(720, columns * (width + PAD) + PAD);
  const { canvas, pen } = board(full, PAD + 48 + lines * cell + 56);
  write(pen, title, PAD, PAD + 8, 16, 600, '--text', full - 2 * PAD);
  write(pen, sub, PAD, PAD + 30, 12, 400, '--text-2', full - 2 * PAD);
  for (const [i, svg] of svgs.entries()) {
    const [x, y] = [PAD + (i % columns) * (width + PAD), PAD + 48 + Math.floor(i / columns) * cell];
    write(pen, names[i]?.name ?? '', x + 4, y + 10, 12, 600, '--text', width * 0.6);
    pen.textAlign = 'right';
    write(pen, names[i]?.note ?? '', x + width - 10, y + 10, 11, 400, '--text-2');
    pen.textAlign = 'left';
    pen.drawImage(await picture(svg, width, height), x, y + 22, width, height);
  }
  drawLegend(pen, legend, PAD + 48 + lines * cell + 12);
  write(pen, [source, 'Crosscheck'].filter(Boolean).join(' · '), PAD, PAD + 48 + lines * cell + 32, 10, 400, '--text-3', full - 2 * PAD);
  return finish(canvas);
}

interface TableCell {
  text: string;
  end?: boolean;
  token?: string;
}

export async function tablePng(title: string, sub: string, header: readonly TableCell[], rows: readonly (readonly TableCell[])[], source: string): Promise<Blob> {
  const line = 26;
  const measure = board(1, 1).pen;
  const widths = header.map((head, i) => {
    const texts = [head, ...rows.map((row) => row[i])];
    return Math.max(...texts.map((cell) => {
      measure.font = font(12, 500);
      return measure.measureText(cell?.text ?? '').width;
    })) + 24;
  });
  const full = Math.max(360, widths.reduce((sum, w) => sum + w, 0) + 2 * PAD);
  const { canvas, pen } = board(full, PAD + 58 + line * (rows.length + 1) + 34);
  write(pen, title, PAD, PAD + 8, 16, 600, '--text', full - 2 * PAD);
  write(pen, sub, PAD, PAD + 30, 12, 400, '--text-2', full - 2 * PAD);
  [header, ...rows].forEach((row, i) => {
    const y = PAD + 58 + line * i + line / 2;
    pen.fillStyle = colour('--line');
    if (i > 0) pen.fillRect(PAD, y - line / 2, full - 2 * PAD, 1);
    let x = PAD;
    row.forEach((cell, k) => {
      const width = widths[k] ?? 0;
      pen.textAlign = cell.end ? 'right' : 'left';
      write(pen, cell.text, cell.end ? x + width - 12 : x, y, i === 0 ? 11 : 12, i === 0 || k > 0 ? 400 : 500, i === 0 ? '--text-3' : (cell.token ?? '--text'));
      x += width;
    });
    pen.textAlign = 'left';
  });
  write(pen, [source, 'Crosscheck'].filter(Boolean).join(' · '), PAD, PAD + 58 + line * (rows.length + 1) + 16, 10, 400, '--text-3', full - 2 * PAD);
  return finish(canvas);
}
