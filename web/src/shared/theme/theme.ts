import {
  ActionIcon, Button, Checkbox, createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, type MantineColorsTuple,
  Menu, Popover, Radio, type VariantColorsResolver,
} from '@mantine/core'

/** Neutral ink: colour is kept for state, so what can be pressed is drawn in the colour of text. */
const ink: MantineColorsTuple = [
  '#f4f6f8', '#e8ebef', '#d3d9e0', '#b3bcc8', '#8b97a6', '#67747f', '#4b5866', '#35414f', '#222d3a', '#141c27',
]

/** The library's own dark surfaces in the tone of tokens.css. */
const dark: MantineColorsTuple = [
  '#e7ecf2', '#c5ced9', '#9caab9', '#75828f', '#3d4a5a', '#27323f', '#1a2430', '#141c27', '#0d131c', '#080c12',
]

const variants: VariantColorsResolver = (input) => {
  if (input.variant === 'filled' && (input.color ?? 'ink') === 'ink') {
    return {
      background: 'var(--tc-accent)',
      hover: 'var(--tc-accent-hover)',
      color: 'var(--tc-accent-text)',
      border: '1px solid transparent',
    }
  }
  if (input.variant === 'subtle' || input.variant === 'default') {
    return {
      background: input.variant === 'default' ? 'var(--tc-surface)' : 'transparent',
      hover: 'var(--tc-hover)',
      color: 'var(--mantine-color-text)',
      border: input.variant === 'default' ? '1px solid var(--tc-border-strong)' : '1px solid transparent',
    }
  }
  return defaultVariantColorsResolver(input)
}

export const theme = createTheme({
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '600' },
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 1 },
  defaultRadius: 'sm',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  variantColorResolver: variants,
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', fw: 500 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', size: 'lg' } }),
    Checkbox: Checkbox.extend({ defaultProps: { iconColor: 'var(--tc-accent-text)' } }),
    Radio: Radio.extend({ defaultProps: { iconColor: 'var(--tc-accent-text)' } }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', withinPortal: true } }),
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f3f4f6',
    '--mantine-color-text': '#17202b',
    '--mantine-color-dimmed': '#56616e',
    '--mantine-color-default-border': '#dfe3e8',
    '--mantine-color-placeholder': '#66717e',
    '--mantine-color-anchor': '#17202b',
    '--mantine-color-error': '#8e1b00',
  },
  dark: {
    '--mantine-color-body': '#0d131c',
    '--mantine-color-text': '#e7ecf2',
    '--mantine-color-dimmed': '#9caab9',
    '--mantine-color-default-border': '#27323f',
    '--mantine-color-placeholder': '#8c99a8',
    '--mantine-color-anchor': '#e7ecf2',
    '--mantine-color-error': '#ff8a6e',
  },
})
