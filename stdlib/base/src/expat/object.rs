//! The type xmlparser: handlers, settings, and the calls that a machine asks for.
//!
//! **Invariant:** the machine is borrowed to feed it and to ask for the next call, never during one: a handler may
//! use the parser, and the one thing it may not do is to feed it more.

use super::dtd::Model;
use super::expat_error;
use super::fault::{self, Fault};
use super::machine::{Arg, Event, HANDLERS, Handler, Machine, Options};
use crate::support::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// The payload of xmlparser.
pub(crate) struct Parser {
    machine: RefCell<Machine>,
    handlers: [Slot; HANDLERS],
    intern: Slot,
    /// Names that were seen, as the very objects of `intern`.
    names: RefCell<HashMap<String, Object>>,
    /// Text that waits to be one call; None: each piece is a call.
    buffer: RefCell<Option<String>>,
    buffer_size: Cell<usize>,
    ordered: Cell<bool>,
    specified: Cell<bool>,
    parsing: Cell<bool>,
    in_call: Cell<bool>,
}

impl Payload for Parser {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.handlers.iter().for_each(|h| visitor.slot(h));
        visitor.slot(&self.intern);
    }
    fn clear(&self) {
        self.handlers.iter().for_each(|h| drop(h.take()));
        drop(self.intern.take());
        drop(self.names.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    doc: "XML parser",
    flags: type_flags::NO_NEW,
    methods: natives![
        Parse,
        ParseFile,
        SetBase,
        GetBase,
        GetInputContext,
        ExternalEntityParserCreate,
        SetParamEntityParsing,
        UseForeignDTD
    ],
    getsets: GETSETS,
    ..TypeSpec::new::<Parser>("pyexpat.xmlparser")
};

fn this<'o>(vm: &Vm, object: &'o Object) -> Res<&'o Obj<Parser>> {
    object.downcast::<Parser>().ok_or_else(|| vm.type_error("an xmlparser is required"))
}

fn handler<const I: usize>(vm: &Vm, object: &Object) -> Res {
    Ok(this(vm, object)?.handlers[I].get().unwrap_or_else(Object::none))
}

fn set_handler<const I: usize>(vm: &Vm, object: &Object, value: Option<&Object>) -> Res<()> {
    let parser = this(vm, object)?;
    let Some(value) = value else { return Err(vm.runtime_error("Cannot delete attribute")) };
    if I == Handler::CharacterData as usize {
        flush(vm, parser)?;
    }
    drop(match value.is_none() {
        true => parser.handlers[I].take(),
        false => parser.handlers[I].replace(value.clone()),
    });
    parser.tell_wanted();
    Ok(())
}

macro_rules! row {
    ($get:ident, $set:ident) => {
        GetSetDef {
            name: <$get as NativeGetter>::NAME,
            doc: <$get as NativeGetter>::DOC,
            get: <$get as NativeGetter>::get,
            set: Some(<$set as NativeSetter>::set),
        }
    };
}

macro_rules! handlers {
    ($($name:ident: $handler:ident),* $(,)?) => {
        const GETSETS: &[GetSetDef] = &[
            $(GetSetDef {
                name: stringify!($name),
                doc: "",
                get: handler::<{ Handler::$handler as usize }>,
                set: Some(set_handler::<{ Handler::$handler as usize }>),
            },)*
            row!(buffer_text, set_buffer_text),
            row!(buffer_size, set_buffer_size),
            row!(buffer_used, readonly),
            row!(ordered_attributes, set_ordered_attributes),
            row!(specified_attributes, set_specified_attributes),
            row!(namespace_prefixes, set_namespace_prefixes),
            row!(intern, readonly),
            row!(ErrorCode, readonly),
            row!(ErrorLineNumber, readonly),
            row!(ErrorColumnNumber, readonly),
            row!(ErrorByteIndex, readonly),
            row!(CurrentLineNumber, readonly),
            row!(CurrentColumnNumber, readonly),
            row!(CurrentByteIndex, readonly),
        ];
    };
}

handlers! {
    StartElementHandler: StartElement,
    EndElementHandler: EndElement,
    ProcessingInstructionHandler: ProcessingInstruction,
    CharacterDataHandler: CharacterData,
    UnparsedEntityDeclHandler: UnparsedEntityDecl,
    NotationDeclHandler: NotationDecl,
    StartNamespaceDeclHandler: StartNamespaceDecl,
    EndNamespaceDeclHandler: EndNamespaceDecl,
    CommentHandler: Comment,
    StartCdataSectionHandler: StartCdataSection,
    EndCdataSectionHandler: EndCdataSection,
    DefaultHandler: Default,
    DefaultHandlerExpand: DefaultExpand,
    NotStandaloneHandler: NotStandalone,
    ExternalEntityRefHandler: ExternalEntityRef,
    StartDoctypeDeclHandler: StartDoctypeDecl,
    EndDoctypeDeclHandler: EndDoctypeDecl,
    EntityDeclHandler: EntityDecl,
    XmlDeclHandler: XmlDecl,
    ElementDeclHandler: ElementDecl,
    AttlistDeclHandler: AttlistDecl,
    SkippedEntityHandler: SkippedEntity,
}

macro_rules! places {
    ($($name:ident => $field:ident;)*) => {$(
        #[getter]
        #[expect(non_snake_case, reason = "Python's name")]
        fn $name(this: &Obj<Parser>) -> u64 {
            this.machine.borrow().place().$field
        }
    )*};
}

places! {
    ErrorLineNumber => line;
    ErrorColumnNumber => column;
    ErrorByteIndex => byte;
    CurrentLineNumber => line;
    CurrentColumnNumber => column;
    CurrentByteIndex => byte;
}

#[getter]
#[expect(non_snake_case, reason = "Python's name")]
fn ErrorCode(this: &Obj<Parser>) -> i32 {
    this.machine.borrow().error
}

#[getter]
fn intern(this: &Obj<Parser>) -> Object {
    this.intern.get().unwrap_or_else(Object::none)
}

#[getter]
fn buffer_text(this: &Obj<Parser>) -> bool {
    this.buffer.borrow().is_some()
}

#[setter]
fn set_buffer_text(vm: &Vm, this: &Obj<Parser>, value: Option<&Object>) -> Res<()> {
    let wanted = truth(vm, value)?;
    if wanted == this.buffer.borrow().is_some() {
        return Ok(());
    }
    flush(vm, this)?;
    this.buffer.replace(wanted.then(String::new));
    Ok(())
}

#[getter]
fn buffer_size(this: &Obj<Parser>) -> usize {
    this.buffer_size.get()
}

#[setter]
fn set_buffer_size(vm: &Vm, this: &Obj<Parser>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.runtime_error("Cannot delete attribute")) };
    if value.downcast::<Int>().is_none() && value.as_small_int().is_none() && !value.is_bool() {
        return Err(vm.type_error("buffer_size must be an integer"));
    }
    let size = vm.as_i64(value).unwrap_or(i64::MAX);
    if size <= 0 {
        return Err(vm.value_error("buffer_size must be greater than zero"));
    }
    if size > i64::from(i32::MAX) {
        return Err(
            vm.value_error(format_args!("buffer_size must not be greater than {}", i32::MAX))
        );
    }
    if this.buffer.borrow().is_some() {
        flush(vm, this)?;
    }
    this.buffer_size.set(size as usize);
    Ok(())
}

#[getter]
fn buffer_used(this: &Obj<Parser>) -> usize {
    this.buffer.borrow().as_ref().map_or(0, String::len)
}

fn truth(vm: &Vm, value: Option<&Object>) -> Res<bool> {
    match value {
        Some(value) => vm.truth(value),
        None => Err(vm.runtime_error("Cannot delete attribute")),
    }
}

#[getter]
fn ordered_attributes(this: &Obj<Parser>) -> bool {
    this.ordered.get()
}

#[setter]
fn set_ordered_attributes(vm: &Vm, this: &Obj<Parser>, value: Option<&Object>) -> Res<()> {
    this.ordered.set(truth(vm, value)?);
    Ok(())
}

#[getter]
fn specified_attributes(this: &Obj<Parser>) -> bool {
    this.specified.get()
}

#[setter]
fn set_specified_attributes(vm: &Vm, this: &Obj<Parser>, value: Option<&Object>) -> Res<()> {
    this.specified.set(truth(vm, value)?);
    Ok(())
}

#[getter]
fn namespace_prefixes(this: &Obj<Parser>) -> bool {
    this.machine.borrow().options.triplets
}

#[setter]
fn set_namespace_prefixes(vm: &Vm, this: &Obj<Parser>, value: Option<&Object>) -> Res<()> {
    let wanted = truth(vm, value)?;
    this.machine.borrow_mut().options.triplets = wanted;
    Ok(())
}

impl Parser {
    fn new(machine: Machine, intern: Option<Object>) -> Parser {
        Parser {
            machine: RefCell::new(machine),
            handlers: std::array::from_fn(|_| Slot::default()),
            intern: intern.map(Slot::new).unwrap_or_default(),
            names: RefCell::default(),
            buffer: RefCell::default(),
            buffer_size: Cell::new(8192),
            ordered: Cell::new(false),
            specified: Cell::new(false),
            parsing: Cell::new(false),
            in_call: Cell::new(false),
        }
    }

    fn tell_wanted(&self) {
        let bits = (0u32..).zip(&self.handlers).filter(|(_, h)| h.is_set()).map(|(i, _)| 1 << i);
        self.machine.borrow_mut().wanted = bits.sum();
    }

    fn error(&self, vm: &Vm, Fault { code, .. }: Fault) -> Raised {
        let place = self.machine.borrow().place();
        expat_error(vm, code, place)
    }
}

/// Return a new XML parser object.
#[native("(encoding=None, namespace_separator=None, intern=<unrepresentable>)")]
#[expect(non_snake_case, reason = "Python's name")]
pub(super) fn ParserCreate(
    vm: &Vm,
    encoding: Option<&Object>,
    namespace_separator: Option<&Object>,
    intern: Maybe<&Object>,
) -> Res<Obj<Parser>> {
    let encoding = optional_text(vm, encoding, "encoding")?;
    let namespace_separator = optional_text(vm, namespace_separator, "namespace_separator")?;
    let mut options = Options::default();
    if let Some(separator) = &namespace_separator {
        let mut chars = separator.chars();
        options.separator = Some(chars.next().unwrap_or('\0'));
        if chars.next().is_some() {
            return Err(vm.value_error(
                "namespace_separator must be at most one character, omitted, or None",
            ));
        }
    }
    let intern = match intern {
        Maybe::Absent => Some(vm.new_dict()?.into_object()),
        Maybe::Given(object) if object.is_none() => None,
        Maybe::Given(object) if object.downcast::<Dict>().is_some() => Some(object.clone()),
        Maybe::Given(_) => return Err(vm.type_error("intern must be a dictionary")),
    };
    vm.alloc(Parser::new(Machine::new(encoding.as_deref(), options), intern))
}

fn optional_text(vm: &Vm, object: Option<&Object>, name: &'static str) -> Res<Option<String>> {
    let Some(object) = object else { return Ok(None) };
    match object.downcast::<Str>() {
        Some(text) => Ok(Some(vm.utf8(text)?.into_owned())),
        None => {
            let info = ArgInfo { function: "ParserCreate", name, index: 0 };
            Err(info.must_be(vm, "str or None", object))
        }
    }
}

/// Parse XML data.
///
/// `isfinal' should be true at end of input.
#[native("(self, data, isfinal=False, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn Parse(vm: &Vm, this: &Obj<Parser>, data: &Object, isfinal: bool) -> Res<i32> {
    // Text is UTF-8 whatever it says of itself.
    if let Some(text) = data.downcast::<Str>() {
        let text = vm.utf8(text)?;
        let fresh = !this.machine.borrow().started;
        if fresh {
            this.machine.borrow_mut().input.force("utf-8");
        }
        return parse(vm, this, text.as_bytes(), isfinal);
    }
    let copy = buffer::bytes_of(vm, data)?;
    parse(vm, this, &copy, isfinal)
}

/// Parse XML data from file-like object.
#[native("(self, file, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn ParseFile(vm: &Vm, this: &Obj<Parser>, file: &Object) -> Res<i32> {
    let Some(read) = vm.getattr_opt(file, &vm.intern("read"))? else {
        return Err(vm.type_error("argument must have 'read' attribute"));
    };
    loop {
        let data = vm.call(&read, &[vm.int(2048)?])?;
        let bytes = match buffer::bytes_of(vm, &data) {
            Ok(bytes) => bytes,
            Err(raised) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                return Err(vm.type_error(format_args!(
                    "read() did not return a bytes object (type={})",
                    vm.type_name(&data)
                )));
            }
        };
        if bytes.len() > 2048 {
            return Err(vm.value_error(format_args!(
                "read() returned too much data: 2048 bytes requested, {} returned",
                bytes.len()
            )));
        }
        let done = parse(vm, this, &bytes, bytes.is_empty())?;
        if bytes.is_empty() {
            return Ok(done);
        }
    }
}

/// Feeds the machine and makes the calls it asks for.
fn parse(vm: &Vm, this: &Obj<Parser>, data: &[u8], is_final: bool) -> Res<i32> {
    if this.parsing.replace(true) {
        return Err(this.error(vm, fault::fault(fault::UNEXPECTED_STATE)));
    }
    let fed = this.machine.borrow_mut().feed(data, is_final);
    let done = match fed {
        Ok(()) => drive(vm, this),
        Err(fault) => Err(this.error(vm, fault)),
    };
    this.parsing.set(false);
    done?;
    flush(vm, this)?;
    Ok(1)
}

fn drive(vm: &Vm, this: &Obj<Parser>) -> Res<()> {
    loop {
        let next = this.machine.borrow_mut().next();
        match next {
            Ok(Some(Event::Call(handler, args))) => call(vm, this, handler, args)?,
            Ok(Some(Event::Rest | Event::Pass(_))) => vm.poll()?,
            Ok(Some(Event::Encoding(name))) => {
                let table = encoding_table(vm, &name)?;
                this.machine.borrow_mut().input.settle(table);
            }
            Ok(None) => return Ok(()),
            Err(fault) => return Err(this.error(vm, fault)),
        }
    }
}

/// The characters of an encoding, of which Python must have a codec.
fn encoding_table(vm: &Vm, name: &str) -> Res<Box<[Option<char>]>> {
    let all: Vec<u8> = (0..=255).collect();
    let args = [vm.str(name)?.into_object(), vm.str("replace")?.into_object()];
    let decoded = vm.call_method(vm.bytes(&all)?.as_object(), "decode", &args)?;
    let Some(text) = decoded.downcast::<Str>().filter(|text| text.len() == 256) else {
        return Err(vm.value_error("multi-byte encodings are not supported"));
    };
    let chars = text.as_text().iter().map(|c| char::from_u32(c).filter(|c| *c != '\u{FFFD}'));
    Ok(chars.collect())
}

/// The text that was kept, as one call.
fn flush(vm: &Vm, this: &Obj<Parser>) -> Res<()> {
    let text = match this.buffer.borrow_mut().as_mut() {
        Some(text) if !text.is_empty() => std::mem::take(text),
        _ => return Ok(()),
    };
    invoke(vm, this, Handler::CharacterData, vec![Arg::Text(text)]).map(drop)
}

fn call(vm: &Vm, this: &Obj<Parser>, handler: Handler, args: Vec<Arg>) -> Res<()> {
    if handler == Handler::CharacterData && this.buffer.borrow().is_some() {
        let Some(Arg::Text(text)) = args.first() else { return Ok(()) };
        let limit = this.buffer_size.get();
        if this.buffer.borrow().as_ref().map_or(0, String::len) + text.len() > limit {
            flush(vm, this)?;
        }
        if text.len() <= limit {
            if let Some(kept) = this.buffer.borrow_mut().as_mut() {
                kept.try_reserve(text.len()).map_err(|e| e.into_raised(vm))?;
                kept.push_str(text);
            }
            return Ok(());
        }
    } else {
        flush(vm, this)?;
    }
    let result = invoke(vm, this, handler, args)?;
    let code = match handler {
        Handler::ExternalEntityRef => fault::EXTERNAL_ENTITY_HANDLING,
        Handler::NotStandalone => fault::NOT_STANDALONE,
        _ => return Ok(()),
    };
    let Some(result) = result else { return Ok(()) };
    let index = vm.index(&result)?;
    if vm.as_i64(&index) != Some(0) {
        return Ok(());
    }
    this.machine.borrow_mut().error = code;
    Err(this.error(vm, fault::fault(code)))
}

/// Calls the handler, if it is still set.
fn invoke(vm: &Vm, this: &Obj<Parser>, handler: Handler, args: Vec<Arg>) -> Res<Option<Object>> {
    let Some(function) = this.handlers[handler as usize].get() else { return Ok(None) };
    let mut objects = Vec::with_capacity(args.len());
    for arg in args {
        objects.push(object(vm, this, arg)?);
    }
    this.in_call.set(true);
    let result = vm.call(&function, &objects);
    this.in_call.set(false);
    result.map(Some)
}

fn object(vm: &Vm, this: &Obj<Parser>, arg: Arg) -> Res {
    Ok(match arg {
        Arg::None => Object::none(),
        Arg::Int(n) => vm.int(n)?,
        Arg::Text(text) => vm.str(&text)?.into_object(),
        Arg::Name(name) => interned(vm, this, name)?,
        Arg::Attributes(specified, mut pairs) => {
            if this.specified.get() {
                pairs.truncate(specified);
            }
            attributes(vm, this, pairs)?
        }
        Arg::Model(model) => content(vm, this, model)?,
    })
}

fn attributes(vm: &Vm, this: &Obj<Parser>, pairs: Vec<(String, String)>) -> Res {
    if this.ordered.get() {
        let list = vm.new_list()?;
        for (name, value) in pairs {
            let name = interned(vm, this, name)?;
            list.push(name).map_err(|e| vm.no_memory(e))?;
            list.push(vm.str(&value)?.into_object()).map_err(|e| vm.no_memory(e))?;
        }
        return Ok(list.into_object());
    }
    let dict = vm.new_dict()?;
    for (name, value) in pairs {
        let name = interned(vm, this, name)?;
        dict.set(vm, &name, vm.str(&value)?.into_object())?;
    }
    Ok(dict.into_object())
}

/// The same object for the same name.
fn interned(vm: &Vm, this: &Obj<Parser>, name: String) -> Res {
    let Some(intern) = this.intern.get() else { return Ok(vm.str(&name)?.into_object()) };
    if let Some(known) = this.names.borrow().get(&name) {
        return Ok(known.clone());
    }
    let fresh = vm.str(&name)?.into_object();
    let object = match intern.downcast::<Dict>() {
        Some(dict) => match dict.get(vm, &fresh)? {
            Some(known) => known,
            None => {
                dict.set(vm, &fresh, fresh.clone())?;
                fresh
            }
        },
        None => fresh,
    };
    let mut names = this.names.borrow_mut();
    names.try_reserve(1).map_err(|e| e.into_raised(vm))?;
    names.insert(name, object.clone());
    Ok(object)
}

/// A content model as tuples; its depth is bounded where it is read.
fn content(vm: &Vm, this: &Obj<Parser>, model: Model) -> Res {
    vm.recurse(" while converting a content model", || {
        let mut parts = Vec::with_capacity(model.parts.len());
        for part in model.parts {
            parts.push(content(vm, this, part)?);
        }
        let name = match model.name {
            Some(name) => interned(vm, this, name)?,
            None => Object::none(),
        };
        let items =
            vec![vm.int(model.kind)?, vm.int(model.count)?, name, vm.tuple(parts)?.into_object()];
        Ok(vm.tuple(items)?.into_object())
    })
}

/// Set the base URL for the parser.
#[native("(self, base, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn SetBase(this: &Obj<Parser>, base: &str) {
    this.machine.borrow_mut().options.base = Some(base.to_owned());
}

/// Return base URL string for the parser.
#[native("(self, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn GetBase(this: &Obj<Parser>) -> Option<String> {
    this.machine.borrow().options.base.clone()
}

/// Return the untranslated text of the input that caused the current event.
///
/// If the event was generated by a large amount of text (such as a start tag
/// for an element with many attributes), not all of the text may be available.
#[native("(self, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn GetInputContext(vm: &Vm, this: &Obj<Parser>) -> Res {
    if !this.in_call.get() {
        return Ok(Object::none());
    }
    let copy = {
        let machine = this.machine.borrow();
        let mut copy = Vec::new();
        append(vm, &mut copy, machine.context())?;
        copy
    };
    Ok(vm.bytes(&copy)?.into_object())
}

/// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
#[native("(self, context, encoding=<unrepresentable>, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn ExternalEntityParserCreate(
    vm: &Vm,
    this: &Obj<Parser>,
    context: Option<&str>,
    encoding: Maybe<&str>,
) -> Res<Obj<Parser>> {
    let machine = this.machine.borrow().child(encoding.given(), context);
    let child = Parser::new(machine, this.intern.get());
    for (mine, theirs) in child.handlers.iter().zip(&this.handlers) {
        mine.assign(theirs.get());
    }
    child.buffer_size.set(this.buffer_size.get());
    child.ordered.set(this.ordered.get());
    child.specified.set(this.specified.get());
    if this.buffer.borrow().is_some() {
        child.buffer.replace(Some(String::new()));
    }
    vm.alloc(child)
}

/// Controls parsing of parameter entities (including the external DTD subset).
///
/// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
/// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
/// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
/// was successful.
#[native("(self, flag, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn SetParamEntityParsing(this: &Obj<Parser>, flag: i32) -> i32 {
    let mut machine = this.machine.borrow_mut();
    if machine.started {
        return 0;
    }
    machine.options.parameters = i64::from(flag);
    1
}

/// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
///
/// This readily allows the use of a 'default' document type controlled by the
/// application, while still getting the advantage of providing document type
/// information to the parser. 'flag' defaults to True if not provided.
#[native("(self, flag=True, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn UseForeignDTD(vm: &Vm, this: &Obj<Parser>, flag: bool) -> Res<()> {
    let started = this.machine.borrow().started;
    if started {
        return Err(this.error(vm, fault::fault(fault::CANT_CHANGE_FEATURE_ONCE_PARSING)));
    }
    this.machine.borrow_mut().options.foreign_dtd = flag;
    Ok(())
}
