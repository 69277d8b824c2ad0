"""The export formats that can be read, one file each.

A format is a module with

* ``NAME``      the short name in the ledger, such as ``"x_api_v2"``;
* ``TITLE``     one line for people; ``HOW`` one sentence on how to get such an export;
* ``COVERAGE``  the coverage class of such a file: ``"A"``, ``"B"``, ``"C"`` or ``"D"``;
* ``recognise(sample: files.Sample) -> bool``  by content, never by the file's name;
* ``read(source: files.Source, sink: Sink, *, columns) -> None``  hands every record to the sink: one
  ``sink.post(Post)`` or one ``sink.skip(reason, record)`` for each, and context by ``sink.name``,
  ``sink.parent``; an act that is no post by ``sink.edge`` (which counts the record itself).
"""
