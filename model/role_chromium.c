/*
 * Chromium and everything made of it (Electron, CEF, Qt WebEngine). What a
 * child is stands in its arguments: content/public/common/content_switches.cc
 * and sandbox/policy/switches.cc name them; the utility services are named by
 * their mojom interface.
 */
#include "role_rules.h"

struct type_rule {
	const char *type;
	const char *role;
	enum role_kind kind;
	/* Nothing but Chromium says so: needs no second sign. */
	bool alone;
};

static const struct type_rule type_rules[] = {
	{"renderer", "renderer", ROLE_HELPER, true},
	{"gpu-process", "gpu", ROLE_HELPER, true},
	{"zygote", "zygote", ROLE_HELPER, true},
	{"utility", "utility", ROLE_HELPER, false},
	{"ppapi", "plugin", ROLE_HELPER, true},
	{"ppapi-broker", "broker", ROLE_HELPER, true},
	{"plugin", "plugin", ROLE_HELPER, false},
	{"broker", "broker", ROLE_HELPER, false},
	{"nacl-loader", "nacl", ROLE_HELPER, true},
	{"nacl-broker", "broker", ROLE_HELPER, true},
	{"sandbox-ipc", "sandbox ipc", ROLE_HELPER, true},
	{"relauncher", "relauncher", ROLE_HELPER, false},
	{"crashpad-handler", "crash", ROLE_CRASH_HANDLER, true},
};

struct word_rule {
	const char *word, *role;
};

static const struct word_rule service_rules[] = {
	{"network.mojom.NetworkService", "network"},
	{"storage.mojom.StorageService", "storage"},
	{"audio.mojom.AudioService", "audio"},
	{"node.mojom.NodeService", "node"},
	{"video_capture.mojom.VideoCaptureService", "video capture"},
	{"data_decoder.mojom.DataDecoderService", "data decoder"},
	{"tracing.mojom.TracingService", "tracing"},
	{"printing.mojom.PrintBackendService", "printing"},
	{"printing.mojom.PrintingService", "printing"},
	{"printing.mojom.PdfService", "pdf"},
	{"proxy_resolver.mojom.ProxyResolverFactory", "proxy resolver"},
	{"proxy_resolver_win.mojom.WindowsSystemProxyResolver",
	 "proxy resolver"},
	{"unzip.mojom.Unzipper", "unzip"},
	{"media.mojom.CdmServiceBroker", "cdm"},
	{"media.mojom.SpeechRecognitionService", "speech"},
	{"media.mojom.StableVideoDecoderFactoryProcess", "video decoder"},
	{"media.mojom.VideoEncodeAcceleratorProviderFactory", "video encoder"},
	{"shape_detection.mojom.ShapeDetectionService", "shape detection"},
	{"on_device_model.mojom.OnDeviceModelService", "on-device model"},
	{"screen_ai.mojom.ScreenAIServiceFactory", "screen ai"},
	{"chrome.mojom.ProfileImport", "profile import"},
	{"chrome.mojom.ProcessorMetrics", "metrics"},
	{"quarantine.mojom.Quarantine", "quarantine"},
	{"device.mojom.XRDeviceService", "xr"},
};

/* Options that only Chromium's children are given. */
static const char *const child_signs[] = {
	"--utility-sub-type=",
	"--service-sandbox-type=",
	"--field-trial-handle=",
	"--mojo-platform-channel-handle=",
	"--metrics-shmem-handle=",
	"--crashpad-handler-pid=",
	"--enable-crash-reporter=",
	"--renderer-client-id=",
	"--change-stack-guard-on-fork=",
	"--seatbelt-client=",
	"--shared-files",
};

/* Programs whose first process is known by name. */
struct main_rule {
	const char *base, *app, *role;
};

static const struct main_rule main_rules[] = {
	{"chromium", "Chromium", "browser"},
	{"chromium-browser", "Chromium", "browser"},
	{"Chromium", "Chromium", "browser"},
	{"chrome", "Chrome", "browser"},
	{"google-chrome", "Chrome", "browser"},
	{"Google Chrome", "Google Chrome", "browser"},
	{"chrome-headless-shell", "Chrome Headless", "browser"},
	{"headless_shell", "Chrome Headless", "browser"},
	{"content_shell", "Content Shell", "browser"},
	{"msedge", "Edge", "browser"},
	{"Microsoft Edge", "Microsoft Edge", "browser"},
	{"brave", "Brave", "browser"},
	{"Brave Browser", "Brave Browser", "browser"},
	{"vivaldi-bin", "Vivaldi", "browser"},
	{"opera", "Opera", "browser"},
	{"thorium", "Thorium", "browser"},
	{"electron", "Electron", "main"},
	{"Electron", "Electron", "main"},
	{"code", "Code", "main"},
	{"code-oss", "Code", "main"},
	{"code-insiders", "Code Insiders", "main"},
	{"codium", "VSCodium", "main"},
	{"cursor", "Cursor", "main"},
	{"slack", "Slack", "main"},
	{"discord", "Discord", "main"},
	{"Discord", "Discord", "main"},
	{"teams", "Teams", "main"},
	{"teams-for-linux", "Teams", "main"},
	{"signal-desktop", "Signal", "main"},
	{"element-desktop", "Element", "main"},
	{"obsidian", "Obsidian", "main"},
	{"spotify", "Spotify", "main"},
	{"skypeforlinux", "Skype", "main"},
	{"bitwarden", "Bitwarden", "main"},
	{"1password", "1Password", "main"},
	{"mattermost-desktop", "Mattermost", "main"},
	{"zulip", "Zulip", "main"},
	{"postman", "Postman", "main"},
	{"atom", "Atom", "main"},
	{"figma-linux", "Figma", "main"},
	{"steamwebhelper", "Steam", "main"},
	{"QtWebEngineProcess", "", "helper"},
};

static const char *const crash_programs[] = {
	"chrome_crashpad_handler", "crashpad_handler",
	"chrome_crashpad",         /* as the kernel's 15 bytes have it */
	"chrome-crashpad-handler", /* Qt WebEngine */
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* What the arguments say, gathered in one walk. */
struct switches {
	bool has_type, sign, extension, run_as_node, monitor_crash;
	struct slice type, service;
	int64_t crash_handler_pid;
};

static bool is_child_sign(struct slice word)
{
	for (size_t i = 0; i < COUNT(child_signs); i++) {
		if (slice_starts(word, child_signs[i]))
			return true;
	}
	return false;
}

static void read_switches(const struct role_program *p, struct switches *s)
{
	struct role_words words = role_words_of(p);
	/* The last switch counts, as in base::CommandLine; of a title the
	 * first, for values with blanks fall apart there. */
	bool title = words.title.len > 0;
	struct slice word, value;

	while (role_word(&words, &word)) {
		if (slice_is(word, "--") && !title)
			break;
		if (!slice_starts(word, "--"))
			continue;
		if (role_value(word, "--type=", &value)) {
			if (title && s->has_type)
				continue;
			s->has_type = true;
			s->type = value;
		} else if (role_value(word, "--utility-sub-type=", &value)) {
			s->service = value;
		} else if (role_value(word,
				      "--crashpad-handler-pid=", &value)) {
			(void)slice_to_int(value, &s->crash_handler_pid);
		} else if (slice_is(word, "--extension-process")) {
			s->extension = true;
		} else if (slice_is(word, "--ms-enable-electron-run-as-node")) {
			s->run_as_node = true;
		} else if (slice_is(word, "--monitor-self-annotation="
					  "ptype=crashpad-handler")) {
			s->monitor_crash = true;
		}
		s->sign = s->sign || is_child_sign(word);
	}
}

static const struct main_rule *find_main(struct slice base)
{
	for (size_t i = 0; i < COUNT(main_rules); i++) {
		if (slice_is(base, main_rules[i].base))
			return &main_rules[i];
	}
	return NULL;
}

static bool is_crash_program(struct slice base)
{
	for (size_t i = 0; i < COUNT(crash_programs); i++) {
		if (slice_is(base, crash_programs[i]))
			return true;
	}
	return false;
}

/* [a-z0-9-], short: safe to show as it stands. */
static bool is_short_word(struct slice word)
{
	if (!word.len || word.len > ROLE_WORD_MAX)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		uint8_t c = word.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return true;
}

static void utility_role(struct slice service, struct role_answer *a)
{
	struct slice rest = service, part = {NULL, 0};

	for (size_t i = 0; i < COUNT(service_rules); i++) {
		if (slice_is(service, service_rules[i].word)) {
			role_set(a, ROLE_CHROMIUM, ROLE_HELPER,
				 service_rules[i].role,
				 "argument --utility-sub-type");
			return;
		}
	}
	role_set(a, ROLE_CHROMIUM, ROLE_HELPER,
		 "utility: ", "argument --utility-sub-type");
	while (rest.len)
		part = slice_take(&rest, '.');
	role_append(a->role, sizeof(a->role),
		    slice_part(part, 0, ROLE_WORD_MAX));
}

static void child_role(const struct switches *s, const struct type_rule *rule,
		       struct role_answer *a)
{
	const char *reason = "argument --type";

	if (!rule) {
		bool shown = is_short_word(s->type);

		role_set(a, ROLE_CHROMIUM, ROLE_HELPER, shown ? "" : "other",
			 shown ? reason : "argument --type, an unknown one");
		if (shown)
			role_append(a->role, sizeof(a->role), s->type);
		return;
	}
	role_set(a, ROLE_CHROMIUM, rule->kind, rule->role, reason);
	if (slice_is(s->type, "utility") && s->service.len)
		utility_role(s->service, a);
	if (slice_is(s->type, "renderer") && s->extension)
		role_set(a, ROLE_CHROMIUM, ROLE_HELPER, "extension",
			 "argument --extension-process");
}

static const struct type_rule *find_type(struct slice type)
{
	for (size_t i = 0; i < COUNT(type_rules); i++) {
		if (slice_is(type, type_rules[i].type))
			return &type_rules[i];
	}
	return NULL;
}

/* "MyApp Helper", "MyApp Helper (GPU)": how macOS bundles name children. */
static bool is_helper_name(struct slice base)
{
	return slice_find(base, SLICE_LITERAL(" Helper"), false) < base.len;
}

bool role_chromium(const struct role_program *p, struct role_answer *a)
{
	struct switches s = {.has_type = false};
	const struct main_rule *known = find_main(p->base);
	const struct type_rule *rule;

	if (is_crash_program(p->base)) {
		role_set(a, ROLE_CHROMIUM, ROLE_CRASH_HANDLER, "crash",
			 p->base_reason);
		return true;
	}
	read_switches(p, &s);
	if (s.monitor_crash) {
		role_set(a, ROLE_CHROMIUM, ROLE_CRASH_HANDLER, "crash",
			 "argument --monitor-self-annotation");
		return true;
	}
	rule = find_type(s.type);
	if (s.has_type && ((rule && rule->alone) || s.sign || known ||
			   is_helper_name(p->base))) {
		child_role(&s, rule, a);
		a->crash_handler_pid = s.crash_handler_pid;
		/* A bundle's helper also tells whose it is. */
		(void)role_bundle(p, a);
		return true;
	}
	if (!known)
		return false;
	if (s.run_as_node) {
		role_set(a, ROLE_CHROMIUM, ROLE_HELPER, "node",
			 "argument --ms-enable-electron-run-as-node");
	} else {
		role_set(a, ROLE_CHROMIUM,
			 slice_is(slice_text(known->role), "helper")
				 ? ROLE_HELPER
				 : ROLE_MAIN,
			 known->role, p->base_reason);
	}
	role_append_name(a->app_name, sizeof(a->app_name),
			 slice_text(known->app));
	a->crash_handler_pid = s.crash_handler_pid;
	(void)role_bundle(p, a);
	return true;
}
