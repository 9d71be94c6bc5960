import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormAnswerDataSerializer;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills whole forms from the first question to the last. In: "form xml repeats", then for each run
 * "= key text" (a repeat's text is how many members) and "go". Out: "q key required verdict
 * choices" for every question met, "v key relevant text" for every leaf, "end". "check instance"
 * opens a filled form instead, as it was sent: "bad key outcome" for every answer refused, "outcome"
 * of the whole, its leaves. Texts in base64. A key names the members it is in: "relative#2/age".
 */
public class WholeForm {
  private static final Set<String> REPEATS = new HashSet<>();
  private static final Map<String, String> ANSWERS = new HashMap<>();
  private static PrintStream out;
  private static String xml;

  public static void main(String[] arguments) throws Exception {
    out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    System.setOut(System.err);
    new XFormsModule().registerModule();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ", -1);
      if (parts[0].equals("form")) {
        xml = decode(parts[1]);
        REPEATS.clear();
        REPEATS.addAll(Arrays.asList(parts[2].split(",")));
      } else if (parts[0].equals("=")) {
        ANSWERS.put(parts[1], decode(parts[2]));
      } else {
        try {
          if (parts[0].equals("check")) check(decode(parts[1]));
          else fill();
        } catch (Throwable error) {
          out.println("error " + encode(String.valueOf(error)));
        }
        out.println("end");
        ANSWERS.clear();
      }
    }
  }

  private static void check(String instance) throws Exception {
    FormDef form = parse();
    byte[] bytes = instance.getBytes(StandardCharsets.UTF_8);
    TreeElement root = form.getMainInstance().getRoot().deepCopy(true);
    root.populate(XFormParser.restoreDataModel(bytes, null).getRoot(), form);
    form.getMainInstance().setRoot(root);
    reveal(root);
    form.initialize(false, new InstanceInitializationFactory());
    FormEntryModel model = new FormEntryModel(form);
    FormEntryController controller = new FormEntryController(model);
    controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
    for (int event = 0; event != FormEntryController.EVENT_END_OF_FORM; ) {
      event = controller.stepToNextEvent();
      if (event != FormEntryController.EVENT_QUESTION) continue;
      FormIndex at = model.getFormIndex();
      IAnswerData given = model.getQuestionPrompt().getAnswerValue();
      int result = controller.answerQuestion(at, given, false);
      if (result == FormEntryController.ANSWER_OK) continue;
      out.println("bad " + key(at.getReference(), false) + " " + result);
    }
    ValidateOutcome outcome = form.validate(true);
    out.println("outcome " + (outcome == null ? "ok" : "refused"));
    leaves(form.getMainInstance().getRoot(), "");
  }

  /** What an instance leaves out counts as off the route, whatever its condition says. */
  private static void reveal(TreeElement element) {
    element.setRelevant(true);
    for (int i = 0; i < element.getNumChildren(); i++) reveal(element.getChildAt(i));
  }

  private static FormDef parse() throws Exception {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    return XFormUtils.getFormFromInputStream(new ByteArrayInputStream(bytes));
  }

  private static void fill() throws Exception {
    FormDef form = parse();
    form.initialize(true, new InstanceInitializationFactory());
    FormEntryModel model = new FormEntryModel(form);
    FormEntryController controller = new FormEntryController(model);
    controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
    for (int event = 0; event != FormEntryController.EVENT_END_OF_FORM; ) {
      event = controller.stepToNextEvent();
      if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) grow(model, controller);
      if (event == FormEntryController.EVENT_QUESTION) answer(model, controller);
    }
    leaves(form.getMainInstance().getRoot(), "");
  }

  private static void grow(FormEntryModel model, FormEntryController controller) {
    TreeReference place = model.getFormIndex().getReference();
    String wanted = ANSWERS.getOrDefault(key(place, true), "0");
    if (place.getMultLast() < Integer.parseInt(wanted)) controller.newRepeat();
  }

  private static void answer(FormEntryModel model, FormEntryController controller) {
    FormEntryPrompt prompt = model.getQuestionPrompt();
    String key = key(model.getFormIndex().getReference(), false);
    String choices = prompt.getSelectChoices() == null ? "" : prompt.getSelectChoices().stream()
        .map(choice -> choice.getValue()).collect(Collectors.joining(" "));
    String text = ANSWERS.getOrDefault(key, "");
    Set<String> offered = new HashSet<>(Arrays.asList(choices.split(" ")));
    String verdict = "none";
    boolean isSelect = prompt.getSelectChoices() != null;
    if (isSelect && !offered.containsAll(Arrays.asList(text.split(" ")))) text = "";
    if (!text.isEmpty() && !prompt.isReadOnly()) {
      IAnswerData data =
          XFormAnswerDataParser.getAnswerData(text, prompt.getDataType(), prompt.getQuestion());
      int result = controller.answerQuestion(model.getFormIndex(), data, true);
      verdict = result == FormEntryController.ANSWER_OK ? "taken" : "refused";
    }
    out.println("q " + key + " " + prompt.isRequired() + " " + verdict + " " + encode(choices));
  }

  private static void leaves(TreeElement element, String above) {
    for (int i = 0; i < element.getNumChildren(); i++) {
      TreeElement child = element.getChildAt(i);
      if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
      String plain = above.isEmpty() ? child.getName() : above + "/" + child.getName();
      String path = plain.replaceAll("#\\d+", "");
      String key = REPEATS.contains(path) ? plain + "#" + (child.getMult() + 1) : plain;
      if (child.getNumChildren() > 0) {
        leaves(child, key);
        continue;
      }
      IAnswerData value = child.getValue();
      String text = value == null ? ""
          : String.valueOf(new XFormAnswerDataSerializer().serializeAnswerData(value));
      out.println("v " + key + " " + child.isRelevant() + " " + encode(text));
    }
  }

  private static String key(TreeReference place, boolean isRepeat) {
    StringBuilder key = new StringBuilder();
    StringBuilder path = new StringBuilder();
    for (int i = 1; i < place.size(); i++) {
      if (i > 1) {
        key.append('/');
        path.append('/');
      }
      key.append(place.getName(i));
      path.append(place.getName(i));
      boolean isLast = i == place.size() - 1;
      if (REPEATS.contains(path.toString()) && !(isRepeat && isLast)) {
        key.append('#').append(place.getMultiplicity(i) + 1);
      }
    }
    return key.toString();
  }

  private static String decode(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
