# run: _maindir one
