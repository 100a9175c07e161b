/** Names of the colour sets. */
export type ThemeName = "light" | "dark";

const light = {
  paper: "#ffffff",
  ink: "#1b1e23",
  muted: "#59606a",
  axis: "#8b929c",
  grid: "#e7e9ec",
  frame: "#c9ced4",
  accent: "#d55e00",
  // The palette of Okabe & Ito (2008), which the colour-blind can tell apart.
  series0: "#0072b2",
  series1: "#e69f00",
  series2: "#009e73",
  series3: "#cc79a7",
  series4: "#56b4e9",
  series5: "#d55e00",
};

/** Colours by what they are for. */
export type ThemeColors = { readonly [Role in keyof typeof light]: string };

const dark: ThemeColors = {
  paper: "#15181d",
  ink: "#eceef1",
  muted: "#a7aeb8",
  axis: "#727a86",
  grid: "#2a2f37",
  frame: "#3d444e",
  accent: "#ff8a3d",
  series0: "#56b4e9",
  series1: "#e69f00",
  series2: "#21c295",
  series3: "#dd95bd",
  series4: "#0f8fd6",
  series5: "#ff8a3d",
};

export const themes: Record<ThemeName, ThemeColors> = { light, dark };

const seriesCount = 6;

/** The colour of the index-th line, as a name of the theme. */
export const seriesColor = (index: number): string => `$series${index % seriesCount}`;
