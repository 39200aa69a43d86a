#include "vt.h"

#include <string.h>

void vt_init(struct vt *vt, int rows, int columns)
{
	memset(vt, 0, sizeof(*vt));
	vt->rows = rows;
	vt->columns = columns;
	vt->bottom = rows - 1;
}

static int clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static void move(struct vt *vt, int row, int column)
{
	vt->row = clamp(row, 0, vt->rows - 1);
	vt->column = clamp(column, 0, vt->columns - 1);
	vt->wrap_next = false;
}

static void blank(struct vt *vt, int row, int from, int to)
{
	for (int c = from; c < to && c < vt->columns; c++)
		vt->cells[row][c] =
			(struct vt_cell){' ', vt->background || vt->reverse};
}

/* Lines first..last move by n: up when n is above 0. */
static void scroll(struct vt *vt, int first, int last, int n)
{
	int count = last - first + 1;

	n = clamp(n, -count, count);
	if (n > 0)
		memmove(vt->cells[first], vt->cells[first + n],
			(size_t)(count - n) * sizeof(vt->cells[0]));
	else
		memmove(vt->cells[first - n], vt->cells[first],
			(size_t)(count + n) * sizeof(vt->cells[0]));
	for (int i = 0; i < (n > 0 ? n : -n); i++)
		blank(vt, n > 0 ? last - i : first + i, 0, vt->columns);
}

static void line_feed(struct vt *vt)
{
	if (vt->row == vt->bottom)
		scroll(vt, vt->top, vt->bottom, 1);
	else
		move(vt, vt->row + 1, vt->column);
}

static void put(struct vt *vt, char byte)
{
	if (vt->wrap_next) {
		vt->column = 0;
		vt->wrap_next = false;
		line_feed(vt);
	}
	vt->cells[vt->row][vt->column] =
		(struct vt_cell){byte, vt->reverse || vt->background};
	vt->last = byte;
	if (vt->column + 1 < vt->columns)
		vt->column++;
	else
		vt->wrap_next = true;
}

static int param(const struct vt *vt, int i, int otherwise)
{
	return i < vt->param_count && vt->params[i] > 0 ? vt->params[i]
							: otherwise;
}

static void attributes(struct vt *vt)
{
	for (int i = 0; i < vt->param_count || i == 0; i++) {
		int p = vt->param_count ? vt->params[i] : 0;

		if (p == 0)
			vt->reverse = vt->background = false;
		else if (p == 7 || p == 27)
			vt->reverse = p == 7;
		else if ((p >= 40 && p <= 48) || (p >= 100 && p <= 107))
			vt->background = true;
		else if (p == 49)
			vt->background = false;
		if (p == 38 || p == 48)
			i += i + 1 < vt->param_count && vt->params[i + 1] == 5
				     ? 2
				     : 4;
	}
}

static void erase(struct vt *vt, int what, bool screen)
{
	int row = vt->row;

	blank(vt, row, what == 0 ? vt->column : 0,
	      what == 1 ? vt->column + 1 : vt->columns);
	for (int r = 0; screen && r < vt->rows; r++) {
		if (what == 2 || (what == 0 && r > row) ||
		    (what == 1 && r < row))
			blank(vt, r, 0, vt->columns);
	}
}

static void shift(struct vt *vt, int n, bool insert)
{
	struct vt_cell *line = vt->cells[vt->row];
	int left;

	n = clamp(n, 0, vt->columns - vt->column);
	left = vt->columns - vt->column - n;
	if (insert) {
		memmove(line + vt->column + n, line + vt->column,
			(size_t)left * sizeof(*line));
		blank(vt, vt->row, vt->column, vt->column + n);
	} else {
		memmove(line + vt->column, line + vt->column + n,
			(size_t)left * sizeof(*line));
		blank(vt, vt->row, vt->columns - n, vt->columns);
	}
}

static void cursor_command(struct vt *vt, char final, int n)
{
	switch (final) {
	case 'A':
		move(vt, vt->row - n, vt->column);
		break;
	case 'B':
		move(vt, vt->row + n, vt->column);
		break;
	case 'C':
		move(vt, vt->row, vt->column + n);
		break;
	case 'D':
		move(vt, vt->row, vt->column - n);
		break;
	case 'G':
		move(vt, vt->row, n - 1);
		break;
	case 'd':
		move(vt, n - 1, vt->column);
		break;
	case 'Z':
		move(vt, vt->row, (vt->column - 1) / 8 * 8);
		break;
	default:
		move(vt, n - 1, param(vt, 1, 1) - 1);
		break;
	}
}

static void reply(struct vt *vt, const char *text)
{
	size_t n = strlen(text);

	if (n > sizeof(vt->reply) - vt->reply_len)
		return;
	memcpy(vt->reply + vt->reply_len, text, n);
	vt->reply_len += n;
}

static void end_string(struct vt *vt)
{
	static const char question[] = "11;?";

	if (vt->string_len == strlen(question) &&
	    !memcmp(vt->string, question, strlen(question)))
		reply(vt, "\033]11;rgb:1010/1010/1010\033\\");
}

static void command(struct vt *vt, char final)
{
	int n = param(vt, 0, 1);

	if (vt->private)
		return;
	if (final == 'c')
		reply(vt, "\033[?62;22c");
	if (strchr("ABCDGdZHf", final))
		cursor_command(vt, final, n);
	else if (final == 'm')
		attributes(vt);
	else if (final == 'K' || final == 'J')
		erase(vt, param(vt, 0, 0), final == 'J');
	else if (final == 'X')
		blank(vt, vt->row, vt->column, vt->column + n);
	else if (final == '@' || final == 'P')
		shift(vt, n, final == '@');
	else if (final == 'L' || final == 'M')
		scroll(vt, vt->row, vt->bottom, final == 'M' ? n : -n);
	else if (final == 'S' || final == 'T')
		scroll(vt, vt->top, vt->bottom, final == 'S' ? n : -n);
	else if (final == 'b')
		for (int i = 0; i < n && i < vt->columns; i++)
			put(vt, vt->last);
	else if (final == 'r') {
		vt->top = clamp(n - 1, 0, vt->rows - 1);
		vt->bottom = clamp(param(vt, 1, vt->rows) - 1, vt->top,
				   vt->rows - 1);
		move(vt, 0, 0);
	}
}

static void escape(struct vt *vt, uint8_t byte)
{
	vt->state = VT_TEXT;
	switch (byte) {
	case '[':
		vt->state = VT_CSI;
		vt->param_count = 0;
		vt->private = false;
		memset(vt->params, 0, sizeof(vt->params));
		break;
	case ']':
	case 'P':
		vt->state = VT_STRING;
		vt->string_len = 0;
		break;
	case '(':
	case ')':
		vt->state = VT_CHARSET;
		break;
	case '7':
		vt->saved_row = vt->row;
		vt->saved_column = vt->column;
		break;
	case '8':
		move(vt, vt->saved_row, vt->saved_column);
		break;
	case 'M':
		if (vt->row == vt->top)
			scroll(vt, vt->top, vt->bottom, -1);
		else
			move(vt, vt->row - 1, vt->column);
		break;
	default:
		break;
	}
}

static void csi(struct vt *vt, uint8_t byte)
{
	if (byte >= '0' && byte <= '9') {
		if (!vt->param_count)
			vt->param_count = 1;
		vt->params[vt->param_count - 1] =
			vt->params[vt->param_count - 1] % 10000 * 10 +
			(byte - '0');
	} else if (byte == ';' || byte == ':') {
		if (!vt->param_count)
			vt->param_count = 1;
		if (vt->param_count < VT_PARAMS_MAX)
			vt->param_count++;
	} else if (byte >= 0x40 && byte < 0x7f) {
		vt->state = VT_TEXT;
		command(vt, (char)byte);
	} else if (byte > 0x20) {
		vt->private = true;
	}
}

static void text(struct vt *vt, uint8_t byte)
{
	if (byte == 0x1b)
		vt->state = VT_ESCAPE;
	else if (byte == '\r')
		move(vt, vt->row, 0);
	else if (byte == '\n')
		line_feed(vt);
	else if (byte == '\b')
		move(vt, vt->row, vt->column - 1);
	else if (byte == '\t')
		move(vt, vt->row, (vt->column / 8 + 1) * 8);
	else if (byte >= 0x20 && byte < 0x7f)
		put(vt, (char)byte);
	else if (byte >= 0xc0) /* the first byte of a character */
		put(vt, '?');
}

static void string(struct vt *vt, uint8_t byte)
{
	if (byte == 0x07 || byte == 0x1b) {
		end_string(vt);
		vt->state = byte == 0x07 ? VT_TEXT : VT_CHARSET;
	} else if (vt->string_len < sizeof(vt->string)) {
		vt->string[vt->string_len++] = (char)byte;
	}
}

void vt_write(struct vt *vt, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (vt->state) {
		case VT_TEXT:
			text(vt, bytes[i]);
			break;
		case VT_ESCAPE:
			escape(vt, bytes[i]);
			break;
		case VT_CSI:
			csi(vt, bytes[i]);
			break;
		case VT_CHARSET:
			vt->state = VT_TEXT;
			break;
		case VT_STRING: /* ends with BEL or ESC \ */
			string(vt, bytes[i]);
			break;
		}
	}
}

void vt_row(const struct vt *vt, int row, char *text_out)
{
	int end = 0;

	for (int c = 0; c < vt->columns; c++) {
		char byte = vt->cells[row][c].byte;

		text_out[c] = byte ? byte : ' ';
		if (text_out[c] != ' ')
			end = c + 1;
	}
	text_out[end] = '\0';
}

int vt_marked(const struct vt *vt, int row)
{
	int n = 0;

	for (int c = 0; c < vt->columns; c++)
		n += vt->cells[row][c].marked;
	return n;
}
